import { setTimeout as pause } from "node:timers/promises";
import "should";
import { deploy, type Message } from "./support/bench";
import { exampleNodes } from "./support/example-nodes";
import { must } from "./support/must";
import { useFreshServer } from "./support/server";

const core = (path: string): ((RED: Message) => void) => require(`@node-red/nodes/core/function/${path}`);

describe("the example read-change-write", () => {
  const world = useFreshServer({ buckets: ["bucket"] });
  for (const [what, conditionalWrites] of [
    ["a store that decides itself", "trust"],
    ["one where the node looks first", "check"],
  ] as const) {
    it(`counts each press once, however many come at once: at ${what}`, async function () {
      this.timeout(90_000);
      const nodes = exampleNodes("read-change-write");
      const bench = await deploy(
        "exist",
        {},
        {
          server: world.s3,
          connection: { conditionalWrites },
          extra: nodes,
          modules: [core("10-function.js"), core("10-switch.js"), core("15-change.js")],
        },
      );
      try {
        const idOf = (name: string): string => must(nodes.find((node) => node.name === name)).id;
        const errors: Message[] = [];
        bench.find(idOf("any other error")).on("input", (msg: Message) => errors.push(msg.error));
        const presses = 16;
        for (let press = 0; press < presses; press++) bench.find(idOf("read the counter")).receive({});
        const count = (): number =>
          JSON.parse(world.s3.get("bucket", "examples/counter.json")?.body.toString() ?? "{}").count;
        for (let wait = 0; wait < 1000 && count() !== presses && errors.length === 0; wait++) await pause(50);
        errors.should.eql([]);
        count().should.equal(presses);
      } finally {
        await bench.close();
      }
    });
  }
});
