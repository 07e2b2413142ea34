import "should";
import { checksumOf, crc32, crc32Base64 } from "../../src/core/checksum";
import { must } from "../support/must";

/** The check value of catalogues of CRCs. */
const digits = Buffer.from("123456789");

const base64 = (hex: string): string => Buffer.from(hex, "hex").toString("base64");

describe("checksums", () => {
  const values: [string, string][] = [
    ["ChecksumCRC32", base64("cbf43926")],
    ["ChecksumCRC32C", base64("e3069283")],
    ["ChecksumSHA1", base64("f7c3bc1d808e04732adf679965ccc34ca7ae3441")],
    ["ChecksumSHA256", base64("15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225")],
  ];
  for (const [name, value] of values) {
    it(`${name} is that of the standard, in one piece and in several`, () => {
      for (const cut of [0, 4, 9]) {
        const found = checksumOf({ [name]: value });
        found?.running.update(digits.subarray(0, cut));
        found?.running.update(digits.subarray(cut));
        must(found?.running.digest()).should.equal(value);
        must(found).should.containEql({ name, wanted: value });
      }
    });
  }

  it("CRC32 goes on from a start", () => {
    crc32(digits.subarray(4), crc32(digits.subarray(0, 4))).should.equal(0xcbf43926);
    crc32Base64(digits).should.equal(base64("cbf43926"));
    crc32Base64(Buffer.alloc(0)).should.equal("AAAAAA==");
  });

  it("of parts are no checksum of the whole", () => {
    for (const told of [{ ChecksumCRC32: "AAAAAA==", ChecksumType: "COMPOSITE" }, { ChecksumSHA256: "AAAA=-3" }, {}]) {
      (checksumOf(told) === undefined).should.be.true();
    }
  });
});
