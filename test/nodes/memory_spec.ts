import "should";
import { setTimeout as pause } from "node:timers/promises";
import { type Bench, deploy, type Message } from "../support/bench";
import { useServer } from "../support/server";

describe("memory", () => {
  const world = useServer();
  let bench: Bench;
  afterEach(() => bench.close());

  /** Bytes that Buffers hold after all that can go is gone. */
  const held = async (): Promise<number> => {
    for (let round = 0; round < 5; round++) {
      await pause(10);
      global.gc?.();
    }
    return process.memoryUsage().arrayBuffers;
  };

  it("of a message is given back when it is done", async () => {
    bench = await deploy("write", { overwrite: "true", overwriteType: "bool" }, { server: world.s3 });
    const { node } = bench;
    // The helper keeps the arguments and the stack of every call to these, and with them the messages.
    Object.assign(node, { send() {}, status() {}, log() {} });
    const write = async (times: number): Promise<void> => {
      for (let n = 0; n < times; n++) {
        await new Promise<void>((resolve, reject) => {
          node._complete = (_msg: Message, error?: Message) => (error ? reject(error) : resolve());
          node._emitInput({ payload: { path: "same", data: Buffer.alloc(100_000, n) } });
        });
      }
    };
    await write(10);
    const before = await held();
    await write(300);
    ((await held()) - before).should.be.below(5_000_000);
  });
});
