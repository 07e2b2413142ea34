import "should";
import { type Bench, deploy } from "../support/bench";
import { useServer } from "../support/server";

/** Deeper than can be copied; JSON of an HTTP request may be. */
const deep = (): unknown => JSON.parse(`${"[".repeat(20_000)}${"]".repeat(20_000)}`);

describe("messages that Node-RED cannot copy for Catch and Complete nodes", () => {
  const world = useServer();
  const rejections: unknown[] = [];
  const onRejection = (error: unknown): void => void rejections.push(error);
  let others: NodeJS.UnhandledRejectionListener[];
  let bench: Bench;
  beforeEach(async () => {
    // Mocha's own would end the run.
    others = process.listeners("unhandledRejection") as NodeJS.UnhandledRejectionListener[];
    process.removeAllListeners("unhandledRejection");
    process.on("unhandledRejection", onRejection);
    rejections.length = 0;
    world.s3.put("bucket", "a", "A");
  });
  afterEach(async () => {
    process.off("unhandledRejection", onRejection);
    for (const other of others) process.on("unhandledRejection", other);
    await bench.close();
  });

  for (const [title, path] of [
    ["of an error", "none"],
    ["that is done", "a"],
  ] as const) {
    it(`one ${title} ends, is logged, and ends nothing else`, async () => {
      bench = await deploy("read", {}, { server: world.s3 });
      const { dones } = await bench.send({ payload: { path }, deep: deep() });
      dones.should.equal(1);
      rejections.should.be.empty();
      bench
        .logged()
        .join("\n")
        .should.match(/did not get the message, since it cannot be copied: Maximum call stack/);
      const { messages } = await bench.send({ payload: { path: "a" } });
      messages[0].payload.should.equal("A");
    });
  }

  it("one that a node without a connection gets ends, too", async () => {
    bench = await deploy("read", {}, { server: world.s3, noConnection: true });
    (await bench.send({ payload: { path: "a" }, deep: deep() })).dones.should.equal(1);
    rejections.should.be.empty();
  });
});
