import "should";
import { randomBytes } from "node:crypto";
import { pack } from "../../src/core/pack";
import { hasZstd } from "../support/packed";

const MiB = 1024 * 1024;

describe("what is compressed while it is read", () => {
  for (const packing of ["gzip", "brotli", ...(hasZstd ? (["zstd"] as const) : [])] as const) {
    it(`ends at once when it is aborted, and not with the piece that is under way (${packing})`, async () => {
      const stop = new AbortController();
      // Two letters at random give more than one piece.
      const letters = randomBytes(8 * MiB).map((byte) => 97 + (byte & 1));
      const body = async function* () {
        yield letters;
        await new Promise(() => {});
      };
      const pieces = pack(body, packing)(stop.signal)[Symbol.asyncIterator]();
      (await pieces.next()).done?.should.be.false();
      const reason = new Error("stopped");
      const next = pieces.next();
      stop.abort(reason);
      await next.should.be.rejectedWith(reason);
      (await pieces.next()).should.eql({ value: undefined, done: true });
    });
  }
});
