import { createHash, createHmac, randomBytes } from "node:crypto";
import "should";
import { Sha256 } from "../../src/core/sha256";

const hex = async (hash: Sha256): Promise<string> => Buffer.from(await hash.digest()).toString("hex");

describe("the SHA-256 of signatures", () => {
  it("is the same as Node's, in one piece or several, small and large", async () => {
    for (const sizes of [[0], [5], [300_000], [9_000_000], [5, 300_000], [300_000, 5, 300_000], []]) {
      const pieces = sizes.map((size) => randomBytes(size));
      const hash = new Sha256();
      for (const piece of pieces) hash.update(piece);
      (await hex(hash)).should.equal(createHash("sha256").update(Buffer.concat(pieces)).digest("hex"), `${sizes}`);
    }
  });

  it("looks at the part of a buffer that it is given", async () => {
    const whole = randomBytes(1_000_000);
    const hash = new Sha256();
    hash.update(new Uint8Array(whole.buffer, whole.byteOffset + 10, 500_000));
    (await hex(hash)).should.equal(createHash("sha256").update(whole.subarray(10, 500_010)).digest("hex"));
  });

  it("is a HMAC with a secret", async () => {
    for (const secret of ["text", randomBytes(32)])
      for (const size of [10, 500_000]) {
        const bytes = randomBytes(size);
        const hash = new Sha256(secret);
        hash.update(bytes);
        (await hex(hash)).should.equal(createHmac("sha256", secret).update(bytes).digest("hex"));
      }
  });

  it("lets the event loop go on while a large body is hashed", async () => {
    const hash = new Sha256();
    hash.update(randomBytes(64 * 1024 * 1024));
    let turns = 0;
    const count = setInterval(() => turns++, 1);
    await hash.digest();
    clearInterval(count);
    turns.should.be.above(0);
  });

  it("begins anew", async () => {
    const hash = new Sha256();
    hash.update(randomBytes(300_000));
    hash.reset();
    hash.update(Buffer.from("text"));
    (await hex(hash)).should.equal(createHash("sha256").update("text").digest("hex"));
  });
});
