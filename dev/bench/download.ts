/** `npm run bench -- download`: reading large objects, ours against the AWS SDK's GetObject on the same server. */

import type { Slowness } from "../slow-line";
import { downloadOnce } from "./download-once";
import { names, openDownloads, type Way } from "./downloads";
import { interleave } from "./interleave";
import { startLine } from "./lines";
import { type BenchServer, objects, startBenchServer } from "./server";
import { table } from "./table";

const MiB = 1024 * 1024;

/** Downloads an object in turns, by all ways, and tells of each what it took. */
const compare = async (
  title: string,
  server: BenchServer,
  key: keyof typeof objects,
  rounds: number,
): Promise<void> => {
  const ways: Way[] = ["sdk", "stream", "chunks", "buffer"];
  const downloads = openDownloads(server);
  const lanes = ways.map((way) => ({
    name: names[way],
    async run() {
      const length = await downloads.run(way, key);
      if (length !== objects[key]) throw new Error(`${names[way]} gave ${length} bytes of ${objects[key]}`);
    },
  }));
  const measured = await interleave(lanes, rounds, 1);
  table(`Read ${objects[key] / MiB} MiB, ${title}`, measured, 1, "ms");
  const [sdk] = measured;
  for (const { name, wall } of measured) {
    const rate = objects[key] / 1e3 / wall;
    console.log(
      `  ${name.padEnd(22)}${`${rate.toFixed(0)} MB/s`.padStart(14)}${((sdk?.wall ?? 0) / wall).toFixed(2).padStart(8)}`,
    );
  }
  await downloads.close();
};

/** Memory and event loop, each way in a process of its own. */
const once = async (title: string, server: BenchServer, key: keyof typeof objects): Promise<void> => {
  console.log(`\nOne process that reads ${objects[key] / MiB} MiB, ${title}`);
  for (const way of ["sdk", "stream", "chunks"] as const) {
    const { peak, more, p99, worst } = await downloadOnce(server, way, key);
    const memory = `peak ${peak.toFixed(0)} MiB, ${more.toFixed(0)} MiB more than before`;
    console.log(
      `  ${names[way].padEnd(22)}${memory}; event loop late by ${p99.toFixed(1)} ms (p99), ${worst.toFixed(1)} ms at most`,
    );
  }
};

/** Lines that are slow in a way of their own; a latency is that of one direction. */
const lines: { title: string; slowness: Slowness; key: keyof typeof objects; rounds: number }[] = [
  { title: "20 MB/s each, 20 ms there and back", slowness: { rate: 20e6, latency: 10 }, key: "some", rounds: 2 },
  { title: "20 MB/s each, 20 ms there and back", slowness: { rate: 20e6, latency: 10 }, key: "middle", rounds: 1 },
  { title: "20 MB/s each, 100 ms there and back", slowness: { rate: 20e6, latency: 50 }, key: "some", rounds: 1 },
  {
    title: "90 MB/s each at most, 10 ms there and back",
    slowness: { rate: 90e6, latency: 5 },
    key: "middle",
    rounds: 1,
  },
  { title: "20 MB/s for all together", slowness: { rate: 20e6, total: 20e6, latency: 10 }, key: "some", rounds: 1 },
];

export const benchDownload = async (): Promise<void> => {
  const server = await startBenchServer("objects");
  console.log(`Node.js ${process.version}. Medians of interleaved runs; ratio 1.00 is the bare AWS SDK.`);
  await compare("on loopback", server, "middle", 7);
  await once("on loopback", server, "large");
  for (const { title, slowness, key, rounds } of lines) {
    const line = await startLine(server.endpoint, slowness);
    const far = { ...server, endpoint: line.endpoint };
    await compare(title, far, key, rounds);
    if (key === "middle") await once(title, far, key);
    line.close();
  }
  server.close();
};
