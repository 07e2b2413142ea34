import should from "should";
import { byteSize } from "../../src/core/byte-size";

describe("a size", () => {
  for (const [value, bytes] of [
    [0, 0],
    [1048576, 1048576],
    ["0", 0],
    ["1234", 1234],
    ["10 MB", 10_000_000],
    ["10MB", 10_000_000],
    ["10 MiB", 10 * 1024 * 1024],
    ["1.5GB", 1_500_000_000],
    ["1.1 GB", 1_100_000_000],
    ["0.5 KiB", 512],
    ["2 kB", 2000],
    ["2 kb", 2000],
    ["2 KIB", 2048],
    ["3 TiB", 3 * 1024 ** 4],
    ["1 PB", 1e15],
    ["7 B", 7],
    ["7 bytes", 7],
    [" 7 ", 7],
  ] as const) {
    it(`of ${JSON.stringify(value)} is ${bytes} bytes`, () => {
      byteSize("minSize", value).should.equal(bytes);
    });
  }

  for (const value of [
    -1,
    1.5,
    "1.5",
    "1.5 B",
    "-1",
    "10 MBit",
    "ten",
    "MB",
    "1,5 GB",
    "1_000",
    "1e3",
    "1 constructor",
    "9000 PB",
    2 ** 53,
    "10  MB",
  ]) {
    it(`is refused that is none: ${JSON.stringify(value)}`, () => {
      should(() => byteSize("minSize", value)).throw(/^minSize .*write bytes, such as/, { code: "InvalidParameter" });
    });
  }

  for (const value of ["10M", "10 k", "1G"]) {
    it(`is refused that is another one elsewhere: ${value}`, () => {
      should(() => byteSize("maxSize", value)).throw(/^maxSize .* may be thousands or 1,024s; write/, {
        code: "InvalidParameter",
      });
    });
  }
});
