/** `npm run bench -- download`: reading large objects, ours against the AWS SDK's GetObject on the same server. */
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

export const benchDownload = async (): Promise<void> => {
  const server = await startBenchServer("objects");
  console.log(`Node.js ${process.version}. Medians of interleaved runs; ratio 1.00 is the bare AWS SDK.`);
  await compare("on loopback", server, "middle", 7);
  await once("on loopback", server, "large");
  const slow = await startLine(server.endpoint, { rate: 20e6, latency: 10 });
  const far = { ...server, endpoint: slow.endpoint };
  const title = "20 MB/s for each connection, 20 ms there and back";
  await compare(title, far, "some", 3);
  await compare(title, far, "middle", 2);
  await once(title, far, "middle");
  slow.close();
  const shared = await startLine(server.endpoint, { rate: 20e6, total: 20e6, latency: 10 });
  await compare("20 MB/s for all connections together", { ...server, endpoint: shared.endpoint }, "some", 3);
  shared.close();
  server.close();
};
