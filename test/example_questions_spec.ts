import { setTimeout as pause } from "node:timers/promises";
import "should";
import { deploy, type Message } from "./support/bench";
import { exampleNodes } from "./support/example-nodes";
import { must } from "./support/must";
import { useFreshServer } from "./support/server";

describe("the example questions", () => {
  const world = useFreshServer({ buckets: ["bucket"] });

  it("answers what is new, what is old, and how much there is", async () => {
    const day = 86_400_000;
    for (let age = 0; age < 12; age++) {
      const lastModified = Date.now() - age * 10 * day;
      world.s3.put("bucket", `examples/questions/${age % 2 ? "odd/" : ""}${age}`, "four", { lastModified });
    }
    const nodes = exampleNodes("questions");
    const bench = await deploy("exist", {}, { server: world.s3, extra: nodes });
    try {
      const idOf = (name: string): string => must(nodes.find((node) => node.name === name)).id;
      const answer = async (question: string, shown: string): Promise<Message> => {
        let found: Message;
        bench.find(idOf(shown)).on("input", (msg: Message) => {
          found = msg;
        });
        bench.find(idOf(question)).receive({});
        while (!found) await pause(10);
        return found.payload;
      };
      const namesOf = (entries: { name: string }[]) => entries.map(({ name }) => name);
      const newest = await answer("the newest ten", "their paths and times");
      namesOf(newest).should.eql(["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]);
      namesOf(await answer("older than 90 days", "nothing, while all is new")).should.eql(["10", "11", "9"]);
      (await answer("how much is there", "counts and sums")).should.containEql({
        count: 12,
        bytes: 48,
        folders: { "": { count: 6, bytes: 24 }, "odd/": { count: 6, bytes: 24 } },
      });
    } finally {
      await bench.close();
    }
  });
});
