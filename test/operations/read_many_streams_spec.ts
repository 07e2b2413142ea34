import "should";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import { openCore } from "../support/context";
import { useFreshServer } from "../support/server";

const MiB = 1024 * 1024;

describe("many streams that a flow does not read yet", () => {
  const world = useFreshServer();
  const concurrency = 2;
  const most = 32;

  it("have no more sockets than the connection may, and the others wait until some have ended", async () => {
    world.s3.put("bucket", "object", { size: 16 * MiB });
    const core = openCore(world.s3, { concurrency });
    const got: Readable[] = [];
    try {
      const reads = Array.from({ length: most + 8 }, async () => {
        const { result, ended } = await core.run("read", { path: "object", format: "stream" });
        ended?.catch(() => {});
        got.push(result as Readable);
      });
      for (let turn = 0; turn < 300 && got.length < most; turn++) await pause(20);
      await pause(300);
      got.should.have.length(most);
      world.s3.inFlight.should.equal(most);
      // Other messages go on.
      (await core.run("exist", { path: "object" })).result.should.be.true();
      let bytes = 0;
      for await (const chunk of got[0] as Readable) bytes += (chunk as Buffer).length;
      bytes.should.equal(16 * MiB);
      for (const stream of got.slice(1, 8)) stream.destroy();
      await Promise.all(reads);
      got.should.have.length(most + 8);
    } finally {
      for (const stream of got) stream.destroy();
      await core.close();
    }
  });
});
