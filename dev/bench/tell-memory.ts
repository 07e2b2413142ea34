import { peakMemory } from "./peak-memory";

/** Loaded before Node-RED (`node --expose-gc --require`): on SIGWINCH (others stop Node-RED), prints what memory the process holds and held. */
process.on("SIGWINCH", () => {
  global.gc?.();
  const heap = process.memoryUsage().heapUsed / 1048576;
  console.log(`memory ${JSON.stringify({ heap, peak: peakMemory() })}`);
});
