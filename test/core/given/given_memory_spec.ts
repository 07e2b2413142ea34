import "should";
import { openGiven } from "../../../src/core/given/given";
import { givenBelow } from "../../../src/core/given/given-below";
import { openCore } from "../../support/context";
import { useFreshServer } from "../../support/server";

const MiB = 1024 * 1024;

describe("memory of a listing in the store", () => {
  const world = useFreshServer();

  /** Bytes of the heap at their highest while so many lines are read, none of which is meant. */
  const peakOf = async (lines: number): Promise<number> => {
    const core = openCore(world.s3);
    const text = Buffer.concat(
      Array.from({ length: lines / 1000 }, (_, at) =>
        Buffer.from(Array.from({ length: 1000 }, (_, line) => `logs/${at * 1000 + line}\n`).join("")),
      ),
    );
    world.s3.put("bucket", "keys.txt", text);
    const given = openGiven(core.context, "keys.txt", "", false);
    let outside = 0;
    let peak = 0;
    global.gc?.();
    const before = process.memoryUsage().heapUsed;
    const selector = { byClass: false, byObject: false, wants: () => true };
    const meant = { given, prefix: "else/", versions: false, selector, wantsName: () => true, fresh: true };
    const told = {
      outside() {
        if (++outside % 20_000 > 0) return;
        global.gc?.();
        peak = Math.max(peak, process.memoryUsage().heapUsed - before);
      },
      missing() {},
      changed() {},
    };
    for await (const objects of givenBelow(core.context, meant, told)) throw new Error(`${objects.length} are meant`);
    outside.should.equal(lines);
    await core.close();
    return peak;
  };

  it("does not grow with it", async function () {
    this.timeout(120_000);
    const few = await peakOf(60_000);
    const many = await peakOf(600_000);
    // All of their paths take some 50 MiB.
    (many - few).should.be.below(8 * MiB);
  });
});
