/** The ways through the nodes on which the size of an object is to decide nothing about memory. */
import { createReadStream, createWriteStream } from "node:fs";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Runtime } from "../runtime";

// biome-ignore lint/suspicious/noExplicitAny: messages are whatever a flow makes of them
type Message = any;

/** What a way needs: its node in a running Node-RED, the file with the bytes, the object, and a folder for what comes. */
export interface Stage {
  runtime: Runtime;
  file: string;
  key: string;
  scratch: string;
}

interface Way {
  name: string;
  /** The node, without id and wires. */
  node: object;
  /** Gives how many bytes went through. */
  run(stage: Stage): Promise<number>;
}

const sizeOf = (msg: Message): number => Number(msg.s3.size);

/** Counts what the messages of a sequence carry, and adds for each what a split has taken away. */
const counted = async ({ runtime, key }: Stage, more: number): Promise<number> => {
  let bytes = 0;
  runtime.onSend(({ payload }) => {
    bytes += payload.length + more;
  });
  await runtime.send("node", { payload: { path: key } });
  return bytes;
};

const upload: Way = {
  name: "upload",
  node: { type: "amazon-s3-upload", overwrite: true, overwriteType: "bool" },
  run: async ({ runtime, file, key }) =>
    sizeOf(await runtime.send("node", { payload: { source: file, path: key, overwrite: true } })),
};

const stream: Way = {
  name: "write, a stream",
  node: { type: "amazon-s3-write" },
  run: async ({ runtime, file, key }) =>
    sizeOf(await runtime.send("node", { payload: { path: key, data: createReadStream(file), overwrite: true } })),
};

const sequence: Way = {
  name: "write, a sequence",
  node: { type: "amazon-s3-write", sequence: true },
  async run({ runtime, file, key }) {
    const path = key;
    let index = 0;
    let last: Message;
    const send = (data: Buffer, more = {}) =>
      runtime.send("node", {
        payload: { path, data, overwrite: true },
        parts: { id: "file", type: "buffer", index: index++, ...more },
      });
    // The flow sends the next one when the node is done with the last.
    for await (const chunk of createReadStream(file, { highWaterMark: 1024 * 1024 })) last = await send(chunk);
    last = await send(Buffer.alloc(0), { count: index + 1 });
    return sizeOf(last);
  },
};

const readStream: Way = {
  name: "read, a stream",
  node: { type: "amazon-s3-read", format: "stream" },
  async run({ runtime, key, scratch }) {
    const to = createWriteStream(join(scratch, "stream"));
    let done = Promise.resolve();
    runtime.onSend(({ payload }) => {
      done = pipeline(payload as Readable, to);
    });
    await runtime.send("node", { payload: { path: key } });
    await done;
    return to.bytesWritten;
  },
};

const download: Way = {
  name: "download",
  node: { type: "amazon-s3-download" },
  run: async ({ runtime, key, scratch }) =>
    sizeOf(
      await runtime.send("node", {
        payload: { path: key, target: join(scratch, "file"), overwrite: true },
      }),
    ),
};

/** In the order in which they run: the first ones put what the others fetch. */
export const ways: readonly Way[] = [
  upload,
  stream,
  sequence,
  download,
  readStream,
  { name: "read, chunks", node: { type: "amazon-s3-read", format: "chunks" }, run: (stage) => counted(stage, 0) },
  { name: "read, lines", node: { type: "amazon-s3-read", format: "lines" }, run: (stage) => counted(stage, 1) },
];
