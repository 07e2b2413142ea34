/** `npm run bench -- list [keys …]`: how a long listing does beside the bare AWS SDK, and beside s5cmd. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { median } from "../median";
import { type BenchServer, startBenchServer } from "../server";
import { s5cmdFor } from "../transfer/peers";
import { runProgram } from "../transfer/program";
import { listInNodeRed } from "./in-node-red";
import { type Listing, listOnce, type Told } from "./once";

/** The way to a store far away, there and back, in ms. */
const far = 80;

const rounds = 3;

const storeOf = ({ endpoint, region, accessKey, secretKey }: BenchServer): Listing["store"] => ({
  endpoint,
  region,
  accessKey,
  secretKey,
  bucket: "listed",
});

const row = (name: string, cells: readonly string[]): void =>
  console.log(`  ${name.padEnd(24)}${cells.map((cell) => cell.padStart(22)).join("")}`);

const expect = (by: string, told: Told, count: number, digest: string): void => {
  if (told.count !== count || told.digest !== digest) throw new Error(`${by} listed ${told.count} keys of ${count}`);
};

const medianOf = (told: readonly Told[], of: (one: Told) => number): number => median(told.map(of));

const near = async (count: number, home: string): Promise<void> => {
  const server = await startBenchServer("listed", count);
  const s5cmd = s5cmdFor(storeOf(server), home);
  const walks: Told[] = [];
  const sdks: Told[] = [];
  const others: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const store = storeOf(server);
    sdks.push(await listOnce({ lane: "SDK", store, warmUp: 1 }));
    walks.push(await listOnce({ lane: "walk", store, warmUp: 1 }));
    others.push((await runProgram(s5cmd.list("listed"), s5cmd.env)).wall);
  }
  const [{ digest }] = sdks as [Told];
  for (const told of walks) expect("the walk", told, count, digest);
  console.log(`\n${count.toLocaleString("en")} keys, no latency`);
  const wall = medianOf(walks, (one) => one.wall);
  const cpu = medianOf(walks, (one) => one.cpu);
  const sdkWall = medianOf(sdks, (one) => one.wall);
  const sdkCpu = medianOf(sdks, (one) => one.cpu);
  const rate = (ms: number): string => `${Math.round((count / ms) * 1000).toLocaleString("en")} keys/CPU s`;
  row("AWS SDK paginator", [`${sdkWall.toFixed(0)} ms`, rate(sdkCpu)]);
  row("walk", [`${wall.toFixed(0)} ms`, rate(cpu), `${(sdkCpu / cpu).toFixed(2)} × the SDK's`]);
  row(`${s5cmd.name} ls`, [`${median(others).toFixed(0)} ms`, "", `${(median(others) / wall).toFixed(2)} × its speed`]);
  server.close();
};

const away = async (count: number): Promise<void> => {
  const server = await startBenchServer("listed", count, far);
  const store = storeOf(server);
  const sdk = await listOnce({ lane: "SDK", store, warmUp: 0 });
  const walks: Told[] = [];
  const warm: Told[] = [];
  const requests: number[] = [];
  for (let round = 0; round < rounds; round++) {
    await server.requests();
    walks.push(await listOnce({ lane: "walk", store, warmUp: 0 }));
    requests.push(await server.requests());
    warm.push(await listOnce({ lane: "walk", store, warmUp: 1 }));
  }
  for (const told of [...walks, ...warm]) expect("the walk", told, count, sdk.digest);
  const wall = medianOf(walks, (one) => one.wall);
  console.log(`\n${count.toLocaleString("en")} keys, ${far} ms of latency`);
  row("AWS SDK paginator", [`${sdk.wall.toFixed(0)} ms`]);
  row("walk", [
    `${wall.toFixed(0)} ms`,
    `${median(requests)} requests`,
    `${(sdk.wall / wall).toFixed(1)} × the SDK's speed`,
  ]);
  row("the second in a process", [`${medianOf(warm, (one) => one.wall).toFixed(0)} ms`]);
  server.close();
};

/** What is not to take more memory the more keys there are. */
const flat: Readonly<Record<string, object>> = {
  batches: { emit: "batches" },
  each: { emit: "each" },
  summary: { emit: "summary" },
  "the newest 10": { emit: "array", sort: "newest", sortType: "newest", maxResults: "10", maxResultsType: "num" },
};

const memory = async (few: number, many: number): Promise<void> => {
  const told: { peak: number; late: number; wall: number }[][] = [];
  for (const count of [few, many]) {
    const server = await startBenchServer("listed", count);
    const all = [];
    for (const node of Object.values(flat)) all.push(await listInNodeRed({ server, bucket: "listed", node }));
    told.push(all);
    server.close();
  }
  const [less, more] = told as [(typeof told)[number], (typeof told)[number]];
  console.log(
    `\nThe list node in a Node-RED: memory at its peak for ${few.toLocaleString("en")} keys, and for ${many.toLocaleString("en")}`,
  );
  for (const [at, name] of Object.keys(flat).entries()) {
    const [one, other] = [less[at], more[at]] as [(typeof less)[number], (typeof less)[number]];
    row(name, [
      `${one.peak.toFixed(0)} MiB`,
      `${(other.peak - one.peak).toFixed(0)} MiB more`,
      `99 % late by ${other.late.toFixed(1)} ms`,
      `${other.wall.toFixed(0)} ms`,
    ]);
  }
};

/** @param args how many keys; default 100,000 */
export const benchList = async (args: readonly string[]): Promise<void> => {
  const counts = args.length > 0 ? args.map(Number) : [100_000];
  if (counts.some((count) => !(Number.isSafeInteger(count) && count > 0))) {
    throw new Error(`these are no numbers of keys: ${args.join(" ")}`);
  }
  console.log(`Node.js ${process.version}. Medians of ${rounds}, each in a process of its own.`);
  const home = mkdtempSync(join(tmpdir(), "bench-list-"));
  try {
    for (const count of counts) {
      await near(count, home);
      await away(count);
      await memory(1000, count);
    }
  } finally {
    rmSync(home, { recursive: true, force: true });
  }
};
