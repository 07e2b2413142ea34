import "should";
import { newPartName } from "../../../src/core/local/part-name";
import { safeSegments } from "../../../src/core/local/safe-segments";

const refused = (below: string, windows: boolean): string | undefined => {
  try {
    safeSegments(below, windows);
    return undefined;
  } catch (error) {
    return (error as { code: string }).code;
  }
};

describe("names of files from keys", () => {
  const everywhere = [
    "..",
    "../x",
    "a/../b",
    "a/..",
    ".",
    "./x",
    "a/./b",
    "/etc/x",
    "//x",
    "a//b",
    "a//",
    "C:\\x",
    "C:/x",
    "c:x",
    "a\\b",
    "..\\x",
    "\\\\server\\share",
    "a\0b",
    "\0",
    "\ud800",
    "a/\udfffb",
    newPartName({ name: "x", etag: "e", size: 1 }),
    newPartName({ name: "x", etag: "e", size: 1 }).toUpperCase(),
  ];
  for (const below of everywhere) {
    it(`are refused on every system: ${JSON.stringify(below.replace(/\d{3,}/g, "…"))}`, () => {
      for (const windows of [false, true]) String(refused(below, windows)).should.equal("UnsafePath");
    });
  }

  const onWindows = [
    "CON",
    "con.txt",
    "a/NUL",
    "nul.tar.gz",
    "COM1",
    "lpt\u00b9.x",
    "AUX .txt",
    "a/b:stream",
    "what?",
    "a*b",
    "<a>",
    'say "x"',
    "a|b",
    "tab\tin",
    "\u0001",
    "dot.",
    "space /x",
    "CONIN$",
    "...",
  ];
  for (const below of onWindows) {
    it(`are refused on Windows alone: ${JSON.stringify(below)}`, () => {
      String(refused(below, true)).should.equal("UnsafePath");
      safeSegments(below, false).should.eql(below.split("/"));
    });
  }

  for (const below of [
    "a",
    "a/b.txt",
    "..a/b..c",
    ".hidden",
    "console",
    "com10",
    "nullable.txt",
    " x",
    "é/😀",
    "-rf",
  ]) {
    it(`are taken as they are: ${JSON.stringify(below)}`, () => {
      for (const windows of [false, true]) safeSegments(below, windows).should.eql(below.split("/"));
    });
  }

  it("of a folder's marker are without the slash", () => {
    safeSegments("a/b/").should.eql(["a", "b"]);
  });

  it("are told with what is wrong, and what to do", () => {
    (() => safeSegments("a/../b")).should.throw(/"a\/\.\.\/b" has \.\. in it.*rename the object/);
  });
});
