import "should";
import { type Core, openCore } from "../support/context";
import { listInOrder, orders } from "../support/own-order";
import { useFreshServer } from "../support/server";

const numbers = (count: number, start: string): string[] =>
  Array.from({ length: count }, (_, at) => start + String(at).padStart(5, "0"));

const keysOf: Readonly<Record<string, readonly string[]>> = {
  "two folders": [...numbers(400, "data/logs/"), ...numbers(400, "data/logs-old/")],
  "many folders, the disorder late": [
    ...Array.from({ length: 12 }, (_, at) => numbers(100, `data/a${String(at).padStart(2, "0")}/`)).flat(),
    ...numbers(300, "data/logs/"),
    ...numbers(300, "data/logs-old/"),
  ],
  "names in both cases": [...numbers(300, "data/b-"), ...numbers(300, "data/A-"), ...numbers(300, "data/C-")],
};

describe("a store that lists in an order of its own", () => {
  const world = useFreshServer();
  let core: Core;
  afterEach(() => core.close());

  for (const [what, keys] of Object.entries(keysOf)) {
    for (const [order, rankOf] of Object.entries(orders)) {
      for (const latency of [0, 30]) {
        const start = (): void => {
          world.s3.seed("bucket", keys);
          world.s3.setLatency(({ operation }) => (operation === "ListObjectsV2" ? latency : 0));
          listInOrder(world.s3, "bucket", rankOf, 50);
          core = openCore(world.s3);
        };
        /** It may fail once, and is then known. */
        const twice = async (run: () => ReturnType<Core["run"]>) => {
          try {
            return await run();
          } catch (error) {
            (error as Error).message.should.match(/not in the order of their bytes: list again/);
            return run();
          }
        };

        it(`${order}: ${what}, with ${latency} ms: is listed whole, and purged whole`, async () => {
          start();
          const { result } = await twice(() => core.run("list", { path: "data", recurse: true }));
          result
            .map(({ path }: { path: string }) => path)
            .sort()
            .should.eql([...keys].sort());
          await core.close();
          core = openCore(world.s3);
          const summary = await twice(() => core.run("list", { path: "data", recurse: true, emit: "summary" }));
          summary.result.count.should.equal(keys.length);
          await core.close();
          core = openCore(world.s3);
          const dry = await twice(() => core.run("purge", { path: "data" }));
          dry.result.matched.should.equal(keys.length);
          (await core.run("purge", { path: "data", force: true })).result.deleted.should.equal(keys.length);
          world.s3.keys("bucket").should.be.empty();
        });
      }
    }
  }
});
