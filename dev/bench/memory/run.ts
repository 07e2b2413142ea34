/**
 * `npm run bench -- memory [MiB…]`: objects of two sizes, 64 MiB and 4 GiB unless others are given, on every way through the
 * nodes that is not held in memory: how much more memory the larger one takes, and how late the event loop comes.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startBenchServer } from "../server";
import { allowed } from "./limits";
import { type Measured, measureMemory } from "./measure";

const MiB = 1024 * 1024;

export const benchMemory = async (args: readonly string[]): Promise<void> => {
  const [small = 64, large = 4096] = args.map(Number);
  if (!(small >= 1 && large > small))
    throw new Error(`give two sizes in MiB, the smaller one first: ${args.join(" ")}`);
  const home = await mkdtemp(join(tmpdir(), "memory-"));
  const server = await startBenchServer("nothing");
  try {
    const few = await measureMemory(server, home, small * MiB);
    const many = await measureMemory(server, home, large * MiB);
    console.log(`\n|  | peak at ${small} MiB | peak at ${large} MiB | more | event loop late, p99 | at most |`);
    console.log("| --- | ---: | ---: | ---: | ---: | ---: |");
    let over = 0;
    for (const [at, other] of many.entries()) {
      const { name } = other;
      const one = few[at] as Measured;
      const more = other.peak - one.peak;
      if (more > allowed) over++;
      const cells = [one.peak, other.peak, more].map((value) => `${value.toFixed(0)} MiB`);
      console.log(`| ${name} | ${cells.join(" | ")} | ${other.p99.toFixed(1)} ms | ${other.worst.toFixed(1)} ms |`);
    }
    console.log(`\n${over} of ${many.length} grow by more than ${allowed} MiB`);
    if (over > 0) process.exitCode = 1;
  } finally {
    server.close();
    await rm(home, { recursive: true });
  }
};
