import { spawnSync } from "node:child_process";

/** Runs npm and returns what it printed. Throws with what it complained about. */
export const npm = (folder: string, ...args: string[]): string => {
  const run = spawnSync("npm", [...args, "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
    // What an npm above us was told for its own package is not meant for this one.
    env: Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_(package|lifecycle)/.test(name))),
    shell: process.platform === "win32",
  });
  if (run.error) throw run.error;
  if (run.status !== 0) throw new Error(`npm ${args[0]} failed: ${run.stderr || run.stdout}`);
  return run.stdout;
};
