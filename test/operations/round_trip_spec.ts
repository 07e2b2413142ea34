import "should";
import { createHash } from "node:crypto";
import { join } from "node:path";
import { Readable } from "node:stream";
import { deploy, type Message } from "../support/bench";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

const core = (file: string) =>
  require(join(require.resolve("@node-red/nodes/package.json"), "..", "core", ...file.split("/")));

/** A read node, and whatever is wired behind it. */
describe("read and what follows it in a flow", () => {
  const world = useStore();
  const at = { z: "tab", x: 0, y: 0 };

  /** Reads `path`, lets `nodes` work on it, and resolves with the message that comes out of them. */
  const flow = async (
    config: Record<string, unknown>,
    nodes: Record<string, unknown>[],
    modules: never[],
    path: string,
  ) => {
    const sink = { id: "sink", ...at, type: "helper" };
    const extra = [sink, ...nodes.map((node) => ({ ...at, ...node }))];
    const bench = await deploy("read", config, { server: world.s3, extra, modules });
    // The bench's own output goes on to the first node.
    bench.node.updateWires([[nodes[0]?.id]]);
    const result = new Promise<Message>((resolve, reject) => {
      bench.find("sink").on("input", resolve);
      const last = bench.find(nodes[0]?.id as string);
      const complete = last._complete.bind(last);
      last._complete = (msg: Message, error?: Error) => {
        if (error) reject(error);
        complete(msg, error);
      };
    });
    void bench.send({ payload: { path }, target: `${path} copy` });
    try {
      return await result;
    } finally {
      await bench.close();
    }
  };

  const writer = (more: object) => ({
    id: "writer",
    type: "amazon-s3-write",
    connection: "s3",
    path: "target",
    pathType: "msg",
    data: "payload",
    dataType: "msg",
    overwrite: true,
    overwriteType: "bool",
    wires: [["sink"]],
    ...more,
  });
  const joiner = { id: "join", type: "join", mode: "auto", wires: [["sink"]] };

  it("puts lines together again with Node-RED's join node", async () => {
    const text = "eins\n\nzwei €\ndrei";
    await world.s3.put("bucket", "lines", text);
    const msg = await flow({ format: "lines" }, [joiner], [core("sequence/17-split.js")] as never, "lines");
    msg.payload.should.equal(text);
  });

  it("puts chunks together again with Node-RED's join node", async () => {
    const bytes = Buffer.from(Array.from({ length: 1000 }, (_, index) => index % 256));
    await world.s3.put("bucket", "chunks", bytes);
    const config = { format: "chunks", chunkSize: 7 };
    const msg = await flow(config, [joiner], [core("sequence/17-split.js")] as never, "chunks");
    Buffer.isBuffer(msg.payload).should.be.true();
    bytes.equals(msg.payload).should.be.true();
  });

  it("gives an empty object back as one", async () => {
    await world.s3.put("bucket", "empty", "");
    const msg = await flow({ format: "lines" }, [joiner], [core("sequence/17-split.js")] as never, "empty");
    msg.payload.should.equal("");
  });

  it("writes 10 MiB of lines back, byte for byte", async () => {
    let text = "";
    for (let index = 0; text.length < 10 * MiB; index++) {
      text += `${index} ${"é€😀".repeat(index % 400)}${index % 7 ? "" : "\n"}\n`;
    }
    await world.s3.put("bucket", "text", text.slice(0, -1));
    const msg = await flow({ format: "lines" }, [writer({ sequence: true })], [], "text");
    msg.payload.written.should.be.true();
    const copy = (await world.s3.get("bucket", "text copy"))?.body as Buffer;
    sha(copy).should.equal(sha(Buffer.from(text.slice(0, -1))));
  });

  it("writes chunks back, byte for byte", async () => {
    const bytes = Buffer.alloc(21 * MiB, "0123456789abcde");
    await world.s3.put("bucket", "bytes", bytes);
    const config = { format: "chunks", chunkSize: 1_000_003 };
    const msg = await flow(config, [writer({ sequence: true })], [], "bytes");
    msg.payload.size.should.equal(21 * MiB);
    sha((await world.s3.get("bucket", "bytes copy"))?.body as Buffer).should.equal(sha(bytes));
  });

  it("pipes a stream through, byte for byte", async () => {
    const bytes = Buffer.alloc(21 * MiB, "0123456789abcdef0");
    await world.s3.put("bucket", "streamed", bytes);
    const msg = await flow({ format: "stream" }, [writer({})], [], "streamed");
    msg.payload.size.should.equal(21 * MiB);
    msg.payload.should.not.be.instanceof(Readable);
    sha((await world.s3.get("bucket", "streamed copy"))?.body as Buffer).should.equal(sha(bytes));
  });
});
