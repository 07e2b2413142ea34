/** Downloads one object in a process of its own, and tells the peak of its memory and how long its event loop was held up. */
import { fork } from "node:child_process";
import { monitorEventLoopDelay } from "node:perf_hooks";
import { openDownloads, type Way } from "./downloads";
import type { BenchServer } from "./server";

const MiB = 1024 * 1024;

export interface Once {
  /** MiB: resident at the peak, and how much more than before the download */
  peak: number;
  more: number;
  /** ms by which the event loop was late: the 99th of a hundred, and the worst */
  p99: number;
  worst: number;
}

export const downloadOnce = (server: BenchServer, way: Way, key: string): Promise<Once> =>
  new Promise((resolve, reject) => {
    const child = fork(__filename, [JSON.stringify(server), way, key], { stdio: "inherit" });
    child.once("message", (told) => resolve(told as Once));
    child.once("error", reject);
    child.once("exit", (code) => code && reject(new Error(`the download ended with ${code}`)));
  });

const main = async (): Promise<void> => {
  const [server = "", way, key = ""] = process.argv.slice(2);
  const downloads = openDownloads(JSON.parse(server));
  // What is loaded and compiled with the first request is not what is measured.
  await downloads.run(way as Way, "small");
  const before = process.memoryUsage.rss() / MiB;
  let peak = before;
  // What the system tells as the peak may be that of the process from which this one was forked.
  const watch = setInterval(() => {
    peak = Math.max(peak, process.memoryUsage.rss() / MiB);
  }, 10);
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  await downloads.run(way as Way, key);
  delay.disable();
  clearInterval(watch);
  const told = { peak, more: peak - before, p99: delay.percentile(99) / 1e6, worst: delay.max / 1e6 };
  await downloads.close();
  process.send?.(told, () => process.exit());
};

if (require.main === module) {
  main().catch((error: unknown) => {
    console.error(error);
    process.exit(1);
  });
}
