/**
 * `npm run test:mutants [-- [--scale NUMBER] [--seed NUMBER] [ROW…]]`: shows that rows can fail. In a copy of the sources, each
 * row's mistakes are made one at a time; it must turn red of each, by a figure, and be green without.
 */

import { execFile } from "node:child_process";
import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root } from "../../dev/demo/root";
import { exitWith } from "../support/checks";
import { withFolder } from "../support/with-folder";
import type { Mutant } from "./mutant";
import { chosenRows } from "./rows";

/** A row that throws has shown nothing, and is told from one whose figure is worse than is required. */
const verdict = /^(ok|FAIL|BROKE)\s/;

/** A mistake may keep a row from ending. */
const patienceMs = 600_000;

const run = (folder: string, script: string, ...args: string[]): Promise<string> =>
  new Promise((resolve) => {
    const options = { cwd: folder, timeout: patienceMs, killSignal: "SIGKILL", maxBuffer: 1 << 26 } as const;
    const env = { ...process.env, NODE_NO_WARNINGS: "1" };
    execFile(process.execPath, [join(folder, script), ...args], { ...options, env }, (_error, stdout, stderr) => {
      resolve(stdout + stderr);
    });
  });

/** What is compiled in spite of what the compiler thinks of it. */
const build = async (folder: string): Promise<void> => {
  for (const config of ["tsconfig.json", "tsconfig.dev.json"])
    await run(folder, "node_modules/typescript/bin/tsc", "-p", config);
};

/** What a run says of its one row, which begins with the verdict; of one without, how it ended. */
const lineOf = (said: string): string => {
  const lines = said.trim().split("\n");
  return lines.find((one) => verdict.test(one)) ?? `no verdict: ${lines.at(-1)}`;
};

/** Makes a mistake in the copy, does the work, and takes it back. Throws if there is no place for it, or two. */
const withMutant = async <T>(folder: string, mutant: Mutant | undefined, work: () => Promise<T>): Promise<T> => {
  if (!mutant) return work();
  const file = join(folder, mutant.file);
  const text = readFileSync(file, "utf8");
  const pieces = text.split(mutant.from);
  if (pieces.length !== 2) throw new Error(`${mutant.file} has ${pieces.length - 1} times: ${mutant.from}`);
  writeFileSync(file, pieces.join(mutant.to));
  try {
    return await work();
  } finally {
    writeFileSync(file, text);
  }
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    // The seed is the same each time, so that what was seen of a mistake can be seen again.
    options: { scale: { type: "string", default: "0.02" }, seed: { type: "string", default: "1" } },
  });
  let [passed, failed] = [0, 0];
  await withFolder("mutants-", async (folder) => {
    for (const name of ["src", "dev", "test", "nodes", "package.json", "tsconfig.json", "tsconfig.dev.json"])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const { number, mutants } of chosenRows(positionals)) {
      for (const mutant of [undefined, ...mutants]) {
        const name = mutant ? `${mutant.file}: ${mutant.from.trim().split("\n")[0]}` : "no mistake";
        const line = await withMutant(folder, mutant, async () => {
          await build(folder);
          const options = ["--scale", values.scale, "--seed", values.seed];
          return lineOf(await run(folder, ".build/test/reliability/run.js", String(number), ...options));
        }).catch((error: Error) => error.message);
        const wanted = mutant === undefined ? "ok" : mutant.breaks ? "BROKE" : "FAIL";
        const good = line.split(" ")[0] === wanted;
        console.log(`${good ? "ok  " : "FAIL"}  row ${number}, ${name}\n        ${line.slice(0, 300)}`);
        if (good) passed++;
        else failed++;
      }
    }
  });
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
};

exitWith(main());
