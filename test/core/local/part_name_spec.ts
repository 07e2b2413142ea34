import should from "should";
import { isPartName, leftBehind, newPartName, releasePartName } from "../../../src/core/local/part-name";

describe("names of temporary files", () => {
  const of = { name: "a.txt", etag: "e1", size: 7 };
  const long = { ...of, name: "x".repeat(255) };

  it("have one length for every file, and one of their own each", () => {
    const [one, other, third] = [newPartName(of), newPartName(of), newPartName(long)] as const;
    one.should.not.equal(other);
    third.length.should.equal(one.length);
    for (const name of [one, other, third]) isPartName(name).should.be.true();
    for (const name of ["a.txt", ".s3-x.part", `${one}.txt`, `x${one}`]) isPartName(name).should.be.false();
  });

  it("tell what was left behind of the same version, of another, and for another file", () => {
    const part = newPartName(of);
    should(leftBehind(part, of, 0)).be.undefined();
    releasePartName(part);
    should(leftBehind(part, of, 0)).equal("same");
    should(leftBehind(part, { ...of, etag: "e2" }, 0)).equal("other");
    should(leftBehind(part, { ...of, size: 8 }, 0)).equal("other");
    should(leftBehind(part, { ...of, name: "b.txt" }, 0)).be.undefined();
  });

  it("of another process count only when that is gone", () => {
    const part = newPartName(of);
    releasePartName(part);
    const by = (pid: number) => part.replace(`-${process.pid}-`, `-${pid}-`);
    should(leftBehind(by(process.ppid), of, 0)).be.undefined();
    // Beyond the largest that any system has.
    should(leftBehind(by(2_000_000_000), of, 0)).equal("same");
  });

  it("of another machine count only when nobody has written to the file for a day", () => {
    const part = newPartName(of);
    releasePartName(part);
    const elsewhere = part.replace(/-[0-9a-f]{6}-/, "-000000-");
    should(leftBehind(elsewhere, of, Date.now() - 60_000)).be.undefined();
    should(leftBehind(elsewhere, of, Date.now() - 90_000_000)).equal("same");
  });
});
