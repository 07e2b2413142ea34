import "should";
import { progressText, shortSize } from "../../src/core/transfer-progress";

describe("progress of a transfer", () => {
  const sizes: [number, string][] = [
    [0, "0 B"],
    [999, "999 B"],
    [999.6, "1 kB"],
    [1500, "2 kB"],
    [999_499, "999 kB"],
    [999_500, "1.0 MB"],
    [9_949_999, "9.9 MB"],
    [9_950_000, "10 MB"],
    [123_456_789, "123 MB"],
    [2 ** 40, "1.1 TB"],
    [5e16, "50000 TB"],
  ];
  for (const [bytes, text] of sizes) it(`calls ${bytes} bytes ${text}`, () => shortSize(bytes).should.equal(text));

  it("is a share and a rate where the length is known", () => {
    progressText({ bytes: 42, total: 100, rate: 12e6 }).should.equal("42 % 12 MB/s");
    progressText({ bytes: 999, total: 1000, rate: 950e3 }).should.equal("99 % 950 kB/s");
  });

  it("is a size and a rate where it is not", () => {
    progressText({ bytes: 1.24e9, total: undefined, rate: 1.2e6 }).should.equal("1.2 GB 1.2 MB/s");
  });

  it("fits below a node", () => {
    for (let power = 0; power < 15; power += 0.1) {
      const bytes = 10 ** power;
      progressText({ bytes, total: bytes, rate: bytes }).length.should.be.belowOrEqual(20);
      progressText({ bytes, total: undefined, rate: bytes }).length.should.be.belowOrEqual(20);
    }
  });
});
