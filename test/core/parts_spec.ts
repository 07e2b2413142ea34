import { createHash } from "node:crypto";
import "should";
import { createPartPool } from "../../src/core/part-pool";
import { partSize, parts, singleLimit } from "../../src/core/parts";

const MiB = 1024 * 1024;
const signal = new AbortController().signal;

const sizes = async (body: Parameters<typeof parts>[0]): Promise<number[]> => {
  const found: number[] = [];
  for await (const part of parts(body, signal, createPartPool())) found.push(part.length);
  return found;
};

const stream = (size: number, piece: number) =>
  async function* () {
    const block = Buffer.alloc(piece);
    for (let left = size; left > 0; left -= piece) yield block.subarray(0, Math.min(left, piece));
  };

describe("the parts of an object", () => {
  it("have at least the 5 MiB that S3 asks for, and hold its largest object in 10,000", () => {
    let whole = 0;
    for (let index = 0; index < 10_000; index++) {
      partSize(index).should.be.within(5 * MiB, 5 * 1024 * MiB);
      whole += partSize(index);
    }
    whole.should.be.aboveOrEqual(5 * 1024 ** 4);
  });

  it("are one for a Buffer that goes in one request", async () => {
    (await sizes(Buffer.alloc(0))).should.eql([0]);
    (await sizes(Buffer.alloc(singleLimit))).should.eql([singleLimit]);
    (await sizes(Buffer.alloc(singleLimit + 1))).should.eql([8 * MiB, 8 * MiB, 1]);
  });

  it("are full but for the last, whatever the pieces of a stream", async () => {
    for (const piece of [100_000, MiB, 8 * MiB, 20 * MiB]) {
      (await sizes(stream(20 * MiB, piece))).should.eql([8 * MiB, 8 * MiB, 4 * MiB]);
      (await sizes(stream(16 * MiB, piece))).should.eql([8 * MiB, 8 * MiB]);
      (await sizes(stream(1, piece))).should.eql([1]);
    }
  });

  it("hold the bytes of a stream in their order, though it uses its buffer again", async () => {
    const hash = createHash("sha256");
    let state = 1;
    const body = async function* () {
      const block = Buffer.alloc(3 * MiB);
      for (let left = 30 * MiB; left > 0; ) {
        state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
        const size = Math.min(left, 1 + (state % block.length));
        for (let at = 0; at < size; at += 997) block[at] = state >>> (at % 24);
        hash.update(block.subarray(0, size));
        yield block.subarray(0, size);
        left -= size;
      }
    };
    const found = createHash("sha256");
    for await (const part of parts(body, signal, createPartPool())) found.update(part);
    found.digest("hex").should.equal(hash.digest("hex"));
  });

  it("take back the buffers that are given back, and no others", async () => {
    const pool = createPartPool();
    const used: ArrayBufferLike[] = [];
    for await (const part of parts(stream(100 * MiB, 999_983), signal, pool)) {
      used.push(part.buffer);
      // As many are on their way at a time.
      if (used.length > 2) pool.give(part);
    }
    new Set(used).size.should.equal(3);
    const own = Buffer.alloc(8 * MiB);
    pool.give(own);
    pool.give(own);
    pool.take(8 * MiB).should.not.equal(own);
  });

  it("are one empty part for an empty stream", async () => {
    (await sizes(stream(0, 1))).should.eql([0]);
    (
      await sizes(async function* () {
        yield Buffer.alloc(0);
        yield Buffer.alloc(0);
      })
    ).should.eql([0]);
  });
});
