import "should";
import { createHash, createHmac } from "node:crypto";
import { hmacWith, sha256OfBytes } from "../../dev/s3-server/sha256";

const texts = ["", "abc", "\xe9\xff\x00 bytes", "x".repeat(55), "x".repeat(64), "long ".repeat(5000)];

describe("s3-server: SHA-256", () => {
  it("hashes texts as Node.js's own hash does", () => {
    for (const text of texts) {
      sha256OfBytes(text).should.equal(createHash("sha256").update(text, "latin1").digest("hex"));
    }
  });

  it("signs texts as Node.js's own HMAC does, one after the other, with keys below and above a block", () => {
    for (const size of [0, 1, 32, 63, 64, 65, 200]) {
      const key = Buffer.alloc(size, "a key of many bytes");
      const signed = hmacWith(key);
      for (const text of [...texts, ...texts]) {
        signed(text).should.equal(
          createHmac("sha256", key).update(text, "latin1").digest("hex"),
          `key of ${size} bytes`,
        );
      }
    }
  });

  it("signs as RFC 4231 has it (test cases 2 and 6)", () => {
    hmacWith(Buffer.from("Jefe"))("what do ya want for nothing?").should.equal(
      "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
    );
    hmacWith(Buffer.alloc(131, 0xaa))("Test Using Larger Than Block-Size Key - Hash Key First").should.equal(
      "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54",
    );
  });
});
