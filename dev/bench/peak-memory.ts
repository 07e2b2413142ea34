import { readFileSync } from "node:fs";

/**
 * The most resident memory that this process has ever had, in MiB. On Linux, what `resourceUsage` tells counts in that of
 * the process that has forked this one.
 */
export const peakMemory = (): number => {
  const maxRSS = process.resourceUsage().maxRSS;
  if (process.platform !== "linux") return maxRSS / 1024;
  const [, own = maxRSS] = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync("/proc/self/status", "latin1")) ?? [];
  return Number(own) / 1024;
};
