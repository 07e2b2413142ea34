import { setTimeout as pause } from "node:timers/promises";
import "should";
import { readFlow } from "../dev/demo/flows";
import { deploy, type Message } from "./support/bench";
import { exampleNodes } from "./support/example-nodes";
import { must } from "./support/must";
import { useFreshServer } from "./support/server";

describe("the example listing", () => {
  const world = useFreshServer({ buckets: ["bucket"] });

  it("lists and purges what a text names, and nothing else", async () => {
    const nodes = exampleNodes("listing");
    const bench = await deploy("exist", {}, { server: world.s3, extra: nodes });
    try {
      const idOf = (name: string): string => must(nodes.find((node) => node.name === name)).id;
      const answer = async (node: string, shown: string, payload: object): Promise<Message> => {
        let found: Message;
        bench.find(idOf(shown)).once("input", (msg: Message) => {
          found = msg;
        });
        bench.find(idOf(node)).receive({ payload });
        while (!found) await pause(10);
        return found.payload;
      };
      await answer("write", "written", {});
      const named = await answer("list", "what it names", {});
      named
        .map(({ path }: { path: string }) => path)
        .should.eql(["examples/listing/monday.csv", "examples/listing/may/sunday.csv"]);
      (await answer("purge", "what would go or went", {})).should.containEql({ dryRun: true, matched: 2 });
      const byLines = await answer("read its lines", "what its lines name", {});
      byLines.should.containEql({ dryRun: true, matched: 2, outside: 0, missing: 0 });
      (await answer("purge", "what would go or went", { force: true })).should.containEql({ deleted: 2, missing: 0 });
      world.s3.keys("bucket").should.eql(["examples/listing/keys.txt", "examples/listing/notes.txt"]);
    } finally {
      await bench.close();
    }
  });

  it("lets nothing go before the last of its buttons, from top to bottom", () => {
    const buttons: Message[] = readFlow("examples/listing.json").filter(({ type }) => type === "inject");
    const last = must(buttons.sort((a, b) => a.y - b.y).at(-1));
    last.name.should.equal("let it go");
  });
});
