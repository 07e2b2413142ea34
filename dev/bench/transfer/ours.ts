/** What a lane in a process of its own does: our operations, and the AWS SDK as its documentation shows it. */
import { createReadStream, createWriteStream } from "node:fs";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { Upload } from "@aws-sdk/lib-storage";
import { createConnection } from "../../../src/core/connection";
import { connectionSettings } from "../../../src/core/connection-settings";
import type { Operation } from "../../../src/core/operation";
import { operations } from "../../../src/operations";
import { bareClient, type Store } from "../bare-client";

/** One transfer: of a file, or of a folder of files where `path` and `key` end with a slash. */
export interface Task {
  lane: "node" | "node, a stream" | "SDK" | "copy";
  direction: "upload" | "download";
  path: string;
  key: string;
  store: Store & { bucket: string };
  /** Of what takes bytes on loopback, or gives those of `path`. */
  port: number;
}

const run = async (verb: string, values: object, { store }: Task): Promise<unknown> => {
  const operation = operations.find(({ label }) => label === verb) as Operation;
  const declared = Object.entries({ ...operation.parameters, ...operation.settings });
  const fallbacks = Object.fromEntries(declared.map(([name, { fallback }]) => [name, fallback]));
  const connection = createConnection(connectionSettings({ ...store }));
  const signal = new AbortController().signal;
  const context = { connection, bucket: store.bucket, signal, progress() {}, workingDirectory: process.cwd() };
  const reply = await operation.run({ ...fallbacks, ...values } as never, context);
  if ("items" in reply) throw new Error(`${verb} sent a sequence`);
  // For the stream: settles when it has ended. Its consumer is waited for by whoever asked.
  return reply.result;
};

const byNode = async (task: Task): Promise<void> => {
  const { direction, path, key } = task;
  const how = { overwrite: true };
  if (direction === "upload") await run("upload", { ...how, source: path, path: key }, task);
  else await run("download", { ...how, path: key, target: path }, task);
};

const byStream = async (task: Task): Promise<void> => {
  const { direction, path, key } = task;
  if (direction === "upload") await run("write", { path: key, data: createReadStream(path), overwrite: true }, task);
  else await pipeline((await run("read", { path: key, format: "stream" }, task)) as Readable, createWriteStream(path));
};

/** So many at once, as many as our connection has requests. */
const together = async <T>(items: readonly T[], each: (item: T) => Promise<unknown>): Promise<void> => {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < items.length; at = next++) await each(items[at] as T);
  };
  await Promise.all(Array.from({ length: 16 }, work));
};

const bySdk = async ({ direction, path, key, store }: Task): Promise<void> => {
  const { bucket: Bucket } = store;
  const client = bareClient(store);
  const get = async (Key: string, file: string): Promise<void> => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
    await pipeline(Body as Readable, createWriteStream(file));
  };
  if (!key.endsWith("/")) {
    if (direction === "download") return get(key, path);
    await new Upload({ client, params: { Bucket, Key: key, Body: createReadStream(path) } }).done();
    return;
  }
  if (direction === "upload") {
    const names = await readdir(path);
    await together(names, async (name) =>
      client.send(new PutObjectCommand({ Bucket, Key: `${key}${name}`, Body: await readFile(join(path, name)) })),
    );
    return;
  }
  for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: key })) {
    await together(page.Contents ?? [], async ({ Key = "" }) => {
      const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
      await writeFile(join(path, Key.slice(key.length)), (await Body?.transformToByteArray()) ?? "");
    });
  }
};

/** No store at all: the bytes go through a socket, and nobody looks at them. */
const byCopy = async ({ direction, path, port }: Task): Promise<void> => {
  const socket = connect(port, "127.0.0.1");
  if (direction === "download") {
    socket.end(`get ${path}\n`);
    return pipeline(socket, createWriteStream(path));
  }
  socket.write("put\n");
  const answered = new Promise((resolve) => socket.once("data", resolve));
  await pipeline(createReadStream(path), socket);
  await answered;
};

export const lanes: Record<Task["lane"], (task: Task) => Promise<void>> = {
  node: byNode,
  "node, a stream": byStream,
  SDK: bySdk,
  copy: byCopy,
};
