/** `npm run bench`: what our nodes cost beyond the bare AWS SDK doing the same on the same server; or one part of it. */
import { GetObjectCommand, PutObjectCommand, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { bareClient } from "./bare-client";
import { benchDownload } from "./download";
import { interleave, type Lane } from "./interleave";
import { benchKeys } from "./keys/run";
import { listInNodeRed } from "./list/in-node-red";
import { benchList } from "./list/run";
import { benchMemory } from "./memory/run";
import { startRuntime } from "./runtime";
import { type BenchServer, buckets, startBenchServer } from "./server";
import { table } from "./table";
import { benchTransfer } from "./transfer/run";

const small = Buffer.alloc(1024, "x");

/** So many times one after the other: a single one is too short to time. */
const times = 100;
const repeat = (name: string, once: (round: number, index: number) => Promise<unknown>): Lane => ({
  name,
  async run(round) {
    for (let index = 0; index < times; index++) await once(round, index);
  },
});

/** So many requests through the SDK, 16 at a time: CPU of the server for each, in ms, and how many a minute there were. */
const load = async (server: BenchServer, count: number, once: (index: number) => Promise<unknown>): Promise<string> => {
  const before = await server.cpu();
  const start = process.hrtime.bigint();
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < count; index = next++) await once(index);
  };
  await Promise.all(Array.from({ length: 16 }, work));
  const minutes = Number(process.hrtime.bigint() - start) / 6e10;
  const cpu = ((await server.cpu()) - before) / count;
  return `${cpu.toFixed(3)} ms of CPU each, ${Math.round(count / minutes).toLocaleString("en")} a minute`;
};

const main = async (): Promise<void> => {
  const server = await startBenchServer();
  const client = bareClient(server);
  // The SDK at its defaults puts a command's handlers together for each request; our nodes have it cache them.
  const cached = bareClient(server, { cacheMiddleware: true });
  const runtime = await startRuntime(server, [
    { id: "write", type: "amazon-s3-write" },
    { id: "read", type: "amazon-s3-read", format: "buffer" },
    { id: "list", type: "amazon-s3-list", emit: "batches", bucket: "many", bucketType: "str" },
  ]);
  console.log(`Node.js ${process.version}. Medians of interleaved runs; ratio 1.00 is the bare AWS SDK.`);

  const writes = await interleave(
    [
      repeat("AWS SDK PutObject", (round, index) =>
        client.send(new PutObjectCommand({ Bucket: "empty", Key: `sdk/${round}/${index}`, Body: small })),
      ),
      repeat("AWS SDK, caching", (round, index) =>
        cached.send(new PutObjectCommand({ Bucket: "empty", Key: `cached/${round}/${index}`, Body: small })),
      ),
      repeat("write node", (round, index) =>
        runtime.send("write", { payload: { path: `node/${round}/${index}`, data: small, overwrite: true } }),
      ),
    ],
    40,
    8,
  );
  table("Write 1 KiB", writes, times, "ms");

  const reads = await interleave(
    [
      repeat("AWS SDK GetObject", async () => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: "empty", Key: "sdk/0/0" }));
        return Body?.transformToByteArray();
      }),
      repeat("AWS SDK, caching", async () => {
        const { Body } = await cached.send(new GetObjectCommand({ Bucket: "empty", Key: "sdk/0/0" }));
        return Body?.transformToByteArray();
      }),
      repeat("read node", () => runtime.send("read", { payload: { path: "sdk/0/0" } })),
    ],
    40,
    8,
  );
  table("Read 1 KiB", reads, times, "ms");

  let entries = 0;
  runtime.onSend(({ payload }) => {
    if (Array.isArray(payload)) entries += payload.length;
  });
  const expect = (count: number, by: string): void => {
    if (count !== buckets.many) throw new Error(`${by} listed ${count} keys of ${buckets.many}`);
  };
  const lists = await interleave(
    [
      {
        name: "AWS SDK paginator",
        async run() {
          let count = 0;
          for await (const page of paginateListObjectsV2({ client }, { Bucket: "many" }))
            count += page.Contents?.length ?? 0;
          expect(count, "the SDK");
        },
      },
      {
        name: "list node, batches",
        async run() {
          entries = 0;
          await runtime.send("list", { payload: { recurse: true } });
          expect(entries, "the node");
        },
      },
    ],
    5,
    1,
  );
  table("List 100,000 keys", lists, 1, "ms");
  await runtime.close();

  console.log("\nThe embedded server, 10,000 requests of the AWS SDK");
  const put = (index: number) =>
    client.send(new PutObjectCommand({ Bucket: "empty", Key: `load/${index}`, Body: small }));
  const get = async (index: number) => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: "empty", Key: `load/${index}` }));
    return Body?.transformToByteArray();
  };
  console.log(`  Put 1 KiB  ${await load(server, 10_000, put)}`);
  console.log(`  Get 1 KiB  ${await load(server, 10_000, get)}`);
  client.destroy();
  cached.destroy();

  const node = { emit: "batches" };
  const { peak: few } = await listInNodeRed({ server, bucket: "thousand", node });
  const { peak: many } = await listInNodeRed({ server, bucket: "many", node });
  console.log("\nPeak memory of a Node-RED that lists in batches");
  console.log(
    `  1,000 keys ${few.toFixed(0)} MiB, 100,000 keys ${many.toFixed(0)} MiB: ${(many - few).toFixed(0)} MiB more`,
  );
  server.close();
};

const parts: Readonly<Record<string, (args: readonly string[]) => Promise<void>>> = {
  nodes: main,
  download: benchDownload,
  keys: benchKeys,
  list: benchList,
  transfer: benchTransfer,
  memory: benchMemory,
};

const [name = "nodes", ...args] = process.argv.slice(2);
const part = parts[name];
if (!part) {
  console.error(`there is no part ${name}; there are ${Object.keys(parts).join(", ")}`);
  process.exit(2);
}

part(args).then(
  () => process.exit(process.exitCode),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
