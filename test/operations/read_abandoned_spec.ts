import "should";
import type { Readable } from "node:stream";
import { deploy, type Message } from "../support/bench";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useFreshServer } from "../support/server";

const MiB = 1024 * 1024;

onlyEmbedded(needsFaults, () => {
  describe("read as a stream that nobody wants any more", () => {
    const world = useFreshServer();
    const gets = () => world.s3.requests.filter(({ operation }) => operation === "GetObject");
    const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
    /** Resolves once the server has no request under way, or after a second. */
    const quiet = async () => {
      for (let i = 0; i < 50 && world.s3.inFlight > 0; i++) await sleep(20);
    };

    /** Sends one message, and hands its stream to `use` while the message is not done. */
    const streaming = async (connection: object, use: (stream: Readable) => Promise<void>) => {
      const bench = await deploy("read", { format: "stream" }, { server: world.s3, connection: { ...connection } });
      const arrived = new Promise<Readable>((resolve) => {
        bench.node.send = (msg: Message) => resolve(msg.payload);
      });
      const sent = bench.send({ payload: { path: "object" } });
      await use(await arrived);
      const destroyed = Date.now();
      const outcome = await sent;
      const took = Date.now() - destroyed;
      await quiet();
      const open = world.s3.inFlight;
      await bench.close();
      if (outcome.error) throw outcome.error;
      outcome.completed.should.be.true();
      outcome.dones.should.equal(1);
      return { took, open };
    };

    it("lets the connection go when it is destroyed before its first byte is read", async () => {
      world.s3.put("bucket", "object", { size: 50 * MiB });
      const { took, open } = await streaming({}, async (stream) => void stream.destroy());
      took.should.be.below(2000);
      open.should.equal(0);
      gets().should.have.length(1);
    });

    for (const stallAfter of [0, 1000]) {
      it(`is done at once when it is destroyed while the store stalls after ${stallAfter} bytes`, async () => {
        world.s3.put("bucket", "object", Buffer.alloc(MiB));
        world.s3.hook({ operation: "GetObject", stallAfter });
        const { took, open } = await streaming({ timeout: 3 }, async (stream) => {
          stream.on("data", () => {});
          await sleep(200);
          stream.destroy();
        });
        took.should.be.below(1500);
        open.should.equal(0);
        gets().should.have.length(1);
      });
    }

    it("is done at once when it is destroyed while it waits to go on after a cut", async () => {
      world.s3.put("bucket", "object", Buffer.alloc(MiB));
      world.s3.hook({ operation: "GetObject", times: 1, cut: 1000 });
      world.s3.hook({ operation: "GetObject", skip: 1, stall: true });
      const { took, open } = await streaming({ timeout: 3 }, async (stream) => {
        stream.on("data", () => {});
        while (gets().length < 2) await sleep(10);
        stream.destroy();
      });
      took.should.be.below(1500);
      open.should.equal(0);
      gets().should.have.length(2);
    });

    it("keeps the connection for further requests when it was read to its end", async () => {
      world.s3.put("bucket", "object", Buffer.alloc(MiB));
      const bench = await deploy("read", { format: "stream" }, { server: world.s3 });
      bench.node.send = ({ payload }: Message) => payload.resume();
      for (let i = 0; i < 3; i++) {
        (await bench.send({ payload: { path: "object" } })).completed.should.be.true();
        await sleep(50);
        world.s3.connections.should.equal(1);
      }
      await bench.close();
    });
  });
});
