/**
 * `npm run bench -- transfer [SERVER…] [SIZE…]`: moves files and folders by our nodes and by others, on the same server and
 * in turns. Sizes are small, medium, large and huge; servers those of `npm run servers`, at first embedded and versitygw.
 * With `--write` the tables go into docs/benchmarks.md.
 */
import { createWriteStream } from "node:fs";
import { mkdir, mkdtemp, readdir, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { HeadObjectCommand, paginateListObjectsV2, type S3Client } from "@aws-sdk/client-s3";
import { type BootedServer, isServerName, type ServerName } from "../../servers/servers";
import { bareClient } from "../bare-client";
import { writeTables } from "../write-tables";
import { runTask } from "./child";
import { startLoopback } from "./loopback";
import { type Cost, medianOf } from "./measured";
import type { Task } from "./ours";
import { peersFor } from "./peers";
import { runProgram } from "./program";
import { startStore } from "./store";
import { type Row, tableOf } from "./table";

const MiB = 2 ** 20;

interface Size {
  title: string;
  files: number;
  bytes: number;
  rounds: number;
}

const sizes: Record<string, Size> = {
  small: { title: "10,000 files of 1 KiB", files: 10_000, bytes: 1024, rounds: 3 },
  medium: { title: "1,000 files of 1 MiB", files: 1000, bytes: MiB, rounds: 3 },
  large: { title: "a file of 256 MiB", files: 1, bytes: 256 * MiB, rounds: 7 },
  huge: { title: "a file of 4 GiB", files: 1, bytes: 4096 * MiB, rounds: 1 },
};

const bytesOf = ({ files, bytes }: Size): number => files * bytes;

/** The same bytes in every run, which do not repeat within a part: what compares parts must not find two alike. */
function* noise(bytes: number): Generator<Buffer> {
  const block = Buffer.alloc(MiB);
  let state = 0x9e3779b9;
  for (let at = 0; at < MiB; at += 4) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    block.writeUInt32LE(state, at);
  }
  for (let left = bytes, index = 0; left > 0; left -= MiB, index++) {
    block.writeUInt32LE(index, 0);
    yield Buffer.from(block.subarray(0, Math.min(MiB, left)));
  }
}

/** Makes what is uploaded; gives its path. */
const makeSource = async (home: string, name: string, size: Size): Promise<string> => {
  const write = (path: string) => pipeline(Readable.from(noise(size.bytes)), createWriteStream(path));
  const path = join(home, name);
  if (size.files === 1) {
    await write(path);
    return path;
  }
  await mkdir(path);
  for (let index = 0; index < size.files; index++)
    await write(join(path, `file-${String(index).padStart(5, "0")}.bin`));
  return `${path}/`;
};

interface Lane {
  name: string;
  run(direction: Task["direction"], path: string, key: string): Promise<Cost>;
}

const lanesOf = (server: BootedServer, port: number, home: string, size: Size): Lane[] => {
  const { endpoint, accessKey, secretKey, region, bucket } = server;
  const store = { endpoint, accessKey, secretKey, region, bucket };
  const own = (name: string, lane: Task["lane"]): Lane => ({
    name,
    run: (direction, path, key) => runTask({ lane, direction, path, key, store, port }),
  });
  const peers = peersFor(server, home).map(
    ({ name, env, copy, url }): Lane => ({
      name,
      run: (direction, path, key) =>
        direction === "upload"
          ? runProgram(copy(path, url(key), path.endsWith("/")), env)
          : runProgram(copy(url(key), path, path.endsWith("/")), env),
    }),
  );
  const single = [own("write and read, a stream", "node, a stream")];
  const limit = [own("a plain copy, no store", "copy")];
  const one = size.files === 1;
  return [
    own(one ? "AWS SDK, lib-storage" : "AWS SDK, 16 at a time", "SDK"),
    own("upload and download", "node"),
    ...(one ? single : []),
    ...peers,
    ...(one ? limit : []),
  ];
};

const isThere = async (client: S3Client, Bucket: string, key: string, size: Size, lane: string): Promise<void> => {
  let found = 0;
  if (size.files === 1) {
    found = (await client.send(new HeadObjectCommand({ Bucket, Key: key }))).ContentLength ?? 0;
  } else {
    for await (const page of paginateListObjectsV2({ client }, { Bucket, Prefix: key }))
      for (const { Size = 0 } of page.Contents ?? []) found += Size;
  }
  if (found !== bytesOf(size)) throw new Error(`${lane} uploaded ${found} bytes of ${bytesOf(size)}`);
};

const isHere = async (path: string, size: Size, lane: string): Promise<void> => {
  let found = 0;
  if (size.files === 1) found = (await stat(path)).size;
  else for (const name of await readdir(path)) found += (await stat(join(path, name))).size;
  if (found !== bytesOf(size)) throw new Error(`${lane} downloaded ${found} bytes of ${bytesOf(size)}`);
};

/** One size on one server, both directions; each round begins with another lane. */
const measure = async (server: BootedServer, name: string, size: Size, home: string): Promise<string> => {
  const source = await makeSource(home, name, size);
  const loopback = await startLoopback(source);
  const { bucket } = server;
  const client = bareClient(server);
  const lanes = lanesOf(server, loopback.port, home, size);
  const slash = size.files === 1 ? "" : "/";
  const costs = lanes.map(() => ({ upload: [] as Cost[], download: [] as Cost[] }));
  for (let round = 0; round < size.rounds; round++) {
    for (let turn = 0; turn < lanes.length; turn++) {
      const at = (turn + round) % lanes.length;
      const { name: lane, run } = lanes[at] as Lane;
      const stored = !lane.startsWith("a plain copy");
      // What all of them overwrite: the store holds each size once.
      const key = `${name}${slash}`;
      const target = join(home, `back-${name}${slash}`);
      if (slash) await mkdir(target);
      costs[at]?.upload.push(await run("upload", source, key));
      if (stored) await isThere(client, bucket, key, size, lane);
      costs[at]?.download.push(await run("download", target, key));
      await isHere(target, size, lane);
      await rm(target, { recursive: true });
    }
    process.stderr.write(`${server.name}, ${size.title}: round ${round + 1} of ${size.rounds}\n`);
  }
  client.destroy();
  loopback.close();
  await rm(source, { recursive: true });
  const rows = lanes.map(({ name }, at): Row => {
    const { upload, download } = costs[at] as (typeof costs)[number];
    return { name, upload: medianOf(upload), download: medianOf(download) };
  });
  return tableOf(`${size.title}, ${server.name}`, rows, bytesOf(size), size.files);
};

export const benchTransfer = async (args: readonly string[]): Promise<void> => {
  const unknown = args.find((arg) => arg !== "--write" && !isServerName(arg) && !(arg in sizes));
  if (unknown) throw new Error(`${unknown} is neither a server nor a size (${Object.keys(sizes).join(", ")})`);
  const servers = args.filter(isServerName);
  const wanted = args.filter((arg) => arg in sizes);
  const tables: string[] = [];
  const home = await mkdtemp(join(tmpdir(), "transfer-"));
  try {
    for (const name of servers.length > 0 ? servers : (["embedded", "versitygw"] as ServerName[])) {
      for (const size of wanted.length > 0 ? wanted : Object.keys(sizes)) {
        // Empty for each size: what one leaves behind is no matter of the next.
        const server = await startStore(name);
        try {
          const table = await measure(server, size, sizes[size] as Size, home);
          console.log(`\n${table}`);
          tables.push(table);
        } finally {
          await server.down();
        }
      }
    }
  } finally {
    await rm(home, { recursive: true });
  }
  if (args.includes("--write")) await writeTables("transfer", tables);
};
