import should from "should";
import type { Connection } from "../../src/core/connection";
import { checkFilePath, checkObjectPath, compareKeys, folderOf, keyOf, nameOf, pathOf } from "../../src/core/key";
import { inByteOrder, oddKeys } from "../support/keys";

const under = (rootPath: string) => ({ settings: { rootPath } }) as Connection;

describe("key", () => {
  it("takes a path literally, below the root path", () => {
    for (const path of oddKeys.filter((key) => Buffer.byteLength(key) < 1000)) {
      keyOf(under(""), path).should.equal(path);
      keyOf(under("root/"), path).should.equal(`root/${path}`);
      pathOf(under("root/"), `root/${path}`).should.equal(path);
    }
  });

  it("refuses more than 1,024 bytes of UTF-8, the root path included", () => {
    keyOf(under(""), "é".repeat(512)).should.have.length(512);
    should(() => keyOf(under(""), `${"é".repeat(512)}x`)).throw({ code: "KeyTooLongError" });
    keyOf(under("r/"), "x".repeat(1022)).should.have.length(1024);
    should(() => keyOf(under("r/"), "x".repeat(1023))).throw({ code: "KeyTooLongError" });
    should(() => keyOf(under(""), "漢".repeat(342))).throw({ code: "KeyTooLongError" });
  });

  it("refuses paths that name no object", () => {
    for (const path of ["", " ", "\t\n\u00a0", "/"]) {
      should(() => checkObjectPath(path)).throw({ code: "InvalidParameter" });
    }
    for (const path of ["a", "a/", "//", "/a", ".", ".."]) checkObjectPath(path);
  });

  it("refuses a folder where an object is needed", () => {
    should(() => checkFilePath("a/")).throw({ code: "NotAFile" });
    checkFilePath("a");
  });

  it("makes a folder's prefix", () => {
    folderOf("").should.equal("");
    folderOf("/").should.equal("");
    folderOf("logs").should.equal("logs/");
    folderOf("logs/").should.equal("logs/");
    folderOf("logs//").should.equal("logs//");
    folderOf("//").should.equal("//");
  });

  it("tells the last segment", () => {
    nameOf("a").should.equal("a");
    nameOf("a/b.txt").should.equal("b.txt");
    nameOf("a/b/").should.equal("b");
    nameOf("/a").should.equal("a");
  });

  it("compares as UTF-8 bytes do", () => {
    const keys = [...oddKeys, "", "a", "ab", "\ue000", "\uffff", "\u{10000}", "\u{10ffff}", "\ud7ff", "z\uffee", "z😀"];
    [...keys].sort(compareKeys).should.eql(inByteOrder(keys));
    [...keys].reverse().sort(compareKeys).should.eql(inByteOrder(keys));
    compareKeys("a", "a").should.equal(0);
  });
});
