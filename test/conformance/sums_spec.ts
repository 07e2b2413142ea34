/** The suite's own checksums against the published check values of "123456789". */
import { sum } from "./sums";

describe("conformance/sums", () => {
  const hex = (text: string) => Buffer.from(text, "base64").toString("hex");
  it("computes the published check values", () => {
    hex(sum("CRC32", "123456789")).should.equal("cbf43926");
    hex(sum("CRC32C", "123456789")).should.equal("e3069283");
    hex(sum("CRC64NVME", "123456789")).should.equal("ae8b14860a799888");
    hex(sum("SHA1", "")).should.equal("da39a3ee5e6b4b0d3255bfef95601890afd80709");
  });
});
