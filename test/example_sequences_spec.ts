import { setTimeout as pause } from "node:timers/promises";
import "should";
import { readFlow } from "../dev/demo/flows";
import { type Bench, deploy, type Message } from "./support/bench";
import { must } from "./support/must";
import { useFreshServer } from "./support/server";

const core = (path: string): ((RED: Message) => void) => require(`@node-red/nodes/core/${path}`);

describe("the example", () => {
  const world = useFreshServer({ buckets: ["bucket"] });
  let bench: Bench;
  afterEach(() => bench.close());

  /** Deploys an example beside a node that it needs not, without its buttons, and tells of its nodes by their names. */
  const run = async (file: string, changes: object = {}) => {
    const nodes = readFlow(`examples/${file}`)
      .filter(({ type }) => !["tab", "comment", "inject", "catch", "amazon-s3-config"].includes(type))
      .map((node) => ({ ...node, z: "tab", ...(node.connection === undefined ? {} : { connection: "s3" }) }))
      .map((node) => (node.type === "debug" ? { ...node, type: "helper" } : node))
      .map((node) => (node.type === "delay" ? { ...node, ...changes } : node));
    const modules = [core("function/89-delay.js"), core("parsers/70-CSV.js")];
    bench = await deploy("exist", {}, { server: world.s3, extra: nodes, modules });
    const find = (name: string) => bench.find(must(nodes.find((node) => node.name === name)).id);
    const heard = (name: string): Message[] => {
      const all: Message[] = [];
      find(name).on("input", (msg: Message) => all.push(msg));
      return all;
    };
    return { find, heard };
  };
  const until = async (what: () => boolean) => {
    while (!what()) await pause(5);
  };

  it("slow-flow sends a line when the flow is done with the one before, and gives up", async () => {
    const { find, heard } = await run("slow-flow.json", { timeout: "50", timeoutUnits: "milliseconds" });
    const [written, lines] = [heard("written"), heard("the line")];
    find("write").receive({ payload: {} });
    await until(() => written.length === 1);
    find("read a line").receive({ payload: { path: "examples/ten-lines.txt" } });
    await until(() => lines.length === 10);
    lines
      .map(({ payload }) => payload)
      .join(" ")
      .should.equal("one two three four five six seven eight nine ten");
    find("read a line").receive({ payload: { path: "examples/ten-lines.txt" } });
    await until(() => lines.length === 12);
    find("read a line").receive({ reset: true });
    await pause(300);
    lines.length.should.be.belowOrEqual(13);
    world.s3.requests.filter(({ operation }) => operation === "GetObject").should.have.length(2);
  });

  it("csv-lines reads an object for each row of a compressed file", async () => {
    const { find, heard } = await run("csv-lines.json");
    const [written, rows] = [heard("written"), heard("a town")];
    find("write it compressed").receive({ payload: {} });
    await until(() => written.length === 1);
    must(world.s3.get("bucket", "examples/towns.csv.gz")).contentType.should.equal("application/gzip");
    find("read its lines").receive({ payload: { path: "examples/towns.csv.gz" } });
    await until(() => rows.length === 3);
    rows
      .map(({ payload }) => payload)
      .should.eql([
        { town: "Lisbon", people: 567131 },
        { town: "Oslo", people: 717710 },
        { town: "Quito", people: 1763275 },
      ]);
  });
});
