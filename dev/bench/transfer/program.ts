import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Cost } from "./measured";

/**
 * Runs a foreign program to its end, by GNU time, which tells what it cost. Its start counts: who uses it waits for it
 * too. Rejects with the end of what it complained about.
 */
export const runProgram = async (command: readonly string[], env: NodeJS.ProcessEnv): Promise<Cost> => {
  const folder = await mkdtemp(join(tmpdir(), "transfer-"));
  const told = join(folder, "time");
  try {
    const child = spawn("/usr/bin/time", ["-q", "-o", told, "-f", "%e %U %S %M", ...command], {
      env,
      stdio: ["ignore", "ignore", "pipe"],
    });
    let complaint = "";
    child.stderr.setEncoding("utf8").on("data", (text: string) => {
      complaint = (complaint + text).slice(-500);
    });
    const [code] = (await once(child, "close")) as [number | null];
    if (code !== 0) throw new Error(`${command.slice(0, 2).join(" ")} ended with ${code}: ${complaint.trim()}`);
    const [wall, user, system, kib] = (await readFile(told, "utf8")).trim().split(" ").map(Number) as [
      number,
      number,
      number,
      number,
    ];
    return { wall: wall * 1000, cpu: (user + system) * 1000, peak: kib / 1024 };
  } finally {
    await rm(folder, { recursive: true });
  }
};
