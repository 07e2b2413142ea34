/** Loaded before Node-RED (`node --expose-gc --require`): on SIGWINCH (others stop Node-RED), prints what memory the process holds and held. */
process.on("SIGWINCH", () => {
  global.gc?.();
  const heap = process.memoryUsage().heapUsed / 1048576;
  const peak = process.resourceUsage().maxRSS / 1024;
  console.log(`memory ${JSON.stringify({ heap, peak })}`);
});
