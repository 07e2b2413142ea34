/**
 * `npm run bench -- memory [MiB…]`: objects of two sizes, 64 MiB and 4 GiB unless others are given, on every way through the
 * nodes that is not held in memory: how much more memory the larger one takes, and how late the event loop comes.
 */
import { createWriteStream } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { type BenchServer, startBenchServer } from "../server";
import { type Told, tellMemory } from "./child";
import { ways } from "./ways";

const MiB = 1024 * 1024;

/** What memory may grow by, in MiB. */
const allowed = 64;

/** Lines of 64 KiB, each of them another one. */
function* lines(bytes: number): Generator<Buffer> {
  const line = Buffer.alloc(65_536, "0123456789abcdef");
  line[line.length - 1] = 10;
  for (let at = 0; at < bytes; at += line.length) {
    line.write(String(at).padStart(16, "0"));
    yield Buffer.from(line);
  }
}

const measure = async (server: BenchServer, home: string, size: number): Promise<Told[]> => {
  const file = join(home, "source");
  await pipeline(Readable.from(lines(size)), createWriteStream(file));
  const told: Told[] = [];
  for (const [way, { name }] of ways.entries()) {
    // A new one for each would have nothing to fetch: what puts, replaces what was put before.
    const one = await tellMemory({ server, way, file, key: "object", scratch: home });
    if (one.bytes !== size) throw new Error(`${name} moved ${one.bytes} bytes of ${size}`);
    told.push(one);
    process.stderr.write(`${size / MiB} MiB, ${name}: peak ${one.peak.toFixed(0)} MiB\n`);
  }
  return told;
};

export const benchMemory = async (args: readonly string[]): Promise<void> => {
  const [small = 64, large = 4096] = args.map(Number);
  if (!(small >= 1 && large > small))
    throw new Error(`give two sizes in MiB, the smaller one first: ${args.join(" ")}`);
  const home = await mkdtemp(join(tmpdir(), "memory-"));
  const server = await startBenchServer("nothing");
  try {
    const few = await measure(server, home, small * MiB);
    const many = await measure(server, home, large * MiB);
    console.log(`\n|  | peak at ${small} MiB | peak at ${large} MiB | more | event loop late, p99 | at most |`);
    console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
    let over = 0;
    for (const [at, { name }] of ways.entries()) {
      const [one, other] = [few[at], many[at]] as [Told, Told];
      const more = other.peak - one.peak;
      if (more > allowed) over++;
      const cells = [one.peak, other.peak, more].map((value) => `${value.toFixed(0)} MiB`);
      console.log(`| ${name} | ${cells.join(" | ")} | ${other.p99.toFixed(1)} ms | ${other.worst.toFixed(1)} ms |`);
    }
    console.log(`\n${over} of ${ways.length} grow by more than ${allowed} MiB`);
    if (over > 0) process.exitCode = 1;
  } finally {
    server.close();
    await rm(home, { recursive: true });
  }
};
