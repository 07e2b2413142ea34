/** Lists a bucket in batches, in a Node-RED of its own, and tells the peak of its resident memory. */
import { startRuntime } from "./runtime";
import type { BenchServer } from "./server";

const main = async (): Promise<void> => {
  const server = JSON.parse(process.argv[2] ?? "") as BenchServer;
  const list = { id: "list", type: "amazon-s3-list", emit: "batches", bucket: process.argv[3], bucketType: "str" };
  const runtime = await startRuntime(server, [list]);
  await runtime.send("list", { payload: { recurse: true } });
  const peak = process.resourceUsage().maxRSS / 1024;
  await runtime.close();
  process.send?.({ peak }, () => process.exit());
};

main().catch((error: unknown) => {
  console.error(error);
  process.exit(1);
});
