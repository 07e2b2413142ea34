import { mkdtempSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import should from "should";
import {
  isNewer,
  isSameTime,
  keptTime,
  modifiedOf,
  modifiedText,
  secondsOf,
} from "../../../src/core/local/modified-time";

describe("modification times in metadata", () => {
  for (const [ns, text] of [
    [1700000000123456789n, "1700000000.123456789"],
    [1700000000000000000n, "1700000000"],
    [1700000000500000000n, "1700000000.5"],
    [1n, "0.000000001"],
    [0n, "0"],
    [-1500000000n, "-1.5"],
  ] as const) {
    it(`are written and read as ${text}`, () => {
      modifiedText(ns).should.equal(text);
      should(keptTime({ mtime: text })).equal(ns);
    });
  }

  it("are read as s3cmd writes them, and whatever the case of the name", () => {
    should(keptTime({ "s3cmd-attrs": "atime:1700000009/gid:0/mtime:1700000000/uid:0" })).equal(1700000000000000000n);
    should(keptTime({ Mtime: "1700000000.25" })).equal(1700000000250000000n);
  });

  for (const text of ["", "yesterday", "1e9", "1700000000,5", "NaN"]) {
    it(`are those of the writing where the metadata say ${JSON.stringify(text)}`, () => {
      should(keptTime({ mtime: text })).be.undefined();
      should(modifiedOf({ mtime: text }, "2026-05-01T00:00:00.000Z")).equal(Date.UTC(2026, 4, 1));
    });
  }

  it("are in ms, and unknown where nobody tells", () => {
    should(modifiedOf({ mtime: "1700000000.123456789" }, "2026-05-01T00:00:00.000Z")).equal(1700000000123.456);
    should(modifiedOf(undefined, undefined)).be.undefined();
  });

  it("are compared in seconds where one knows no more", () => {
    isNewer(1700000000900, 1700000000000).should.be.false();
    isNewer(1700000001000, 1700000000999).should.be.true();
    isNewer(1700000000902.5, 1700000000901).should.be.true();
    isNewer(1700000000901.5, 1700000000901).should.be.false();
  });

  it("are the same in seconds where one knows no more, else but for what Node.js cannot set", () => {
    isSameTime(1700000000123456789n, 1700000000000000000n).should.be.true();
    isSameTime(1700000000000000000n, 1700000000999999999n).should.be.true();
    isSameTime(1700000000123456789n, 1700000000123456000n).should.be.true();
    isSameTime(1700000000123456000n, 1700000000123456789n).should.be.true();
    isSameTime(1700000000123456789n, 1700000000123455000n).should.be.false();
    isSameTime(1700000001000000000n, 1700000000999999999n).should.be.false();
  });

  it("are set on a file to the microsecond, and never earlier", () => {
    const folder = mkdtempSync(join(tmpdir(), "s3-time-"));
    const file = join(folder, "file");
    writeFileSync(file, "");
    try {
      // Each other one of them is no double, and that next to it lies before it.
      for (let us = 1_700_000_000_001_000n; us < 1_700_000_000_200_000n; us += 1001n) {
        utimesSync(file, 0, secondsOf(Number(us) / 1000));
        (statSync(file, { bigint: true }).mtimeNs / 1000n).should.equal(us);
      }
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
