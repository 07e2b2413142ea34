import "should";
import { stat } from "node:fs/promises";
import { type Core, openCore } from "../support/context";
import { useScratch } from "../support/scratch-folder";
import { useFreshServer } from "../support/server";

const MiB = 1024 * 1024;

describe("memory of a download", () => {
  const world = useFreshServer();
  const disk = useScratch();
  let core: Core;
  beforeEach(() => {
    core = openCore(world.s3, { workingDirectory: disk.root });
  });
  afterEach(() => core.close());

  /** Bytes of Buffers at their highest while an object of so many bytes is downloaded. */
  const peakOf = async (size: number): Promise<number> => {
    world.s3.put("bucket", "large", { size });
    global.gc?.();
    const before = process.memoryUsage().arrayBuffers;
    let peak = 0;
    Object.assign(core.context, {
      progress() {
        const { arrayBuffers } = process.memoryUsage();
        if (arrayBuffers - before > 32 * MiB) global.gc?.();
        peak = Math.max(peak, process.memoryUsage().arrayBuffers - before);
      },
    });
    await core.run("download", { path: "large", target: "large", overwrite: true });
    (await stat(disk.path("large"))).size.should.equal(size);
    return peak;
  };

  it("does not grow with the object", async function () {
    this.timeout(120_000);
    const small = await peakOf(16 * MiB);
    const large = await peakOf(256 * MiB);
    (large - small).should.be.below(32 * MiB);
  });
});
