/**
 * `npm run test:mutants [-- [--scale NUMBER] [ROW…]]`: shows that rows can fail. In a copy of the sources, each row's mistakes
 * are made one at a time; it must turn red of each, and be green without.
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

/** A mistake may keep a row from ending. */
const patienceMs = 600_000;

const run = (folder: string, script: string, ...args: string[]): Promise<{ code: number; said: string }> =>
  new Promise((resolve) => {
    const options = { cwd: folder, timeout: patienceMs, killSignal: "SIGKILL", maxBuffer: 1 << 26 } as const;
    const env = { ...process.env, NODE_NO_WARNINGS: "1" };
    execFile(process.execPath, [join(folder, script), ...args], { ...options, env }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code ?? 1) || 1 : 0, said: stdout + stderr });
    });
  });

/** What is compiled in spite of what the compiler thinks of it. */
const build = async (folder: string): Promise<void> => {
  for (const config of ["tsconfig.json", "tsconfig.dev.json"])
    await run(folder, "node_modules/typescript/bin/tsc", "-p", config);
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
    options: { scale: { type: "string", default: "0.02" } },
  });
  let [passed, failed] = [0, 0];
  await withFolder("mutants-", async (folder) => {
    for (const name of ["src", "dev", "test", "nodes", "package.json", "tsconfig.json", "tsconfig.dev.json"])
      cpSync(join(root, name), join(folder, name), { recursive: true });
    symlinkSync(join(root, "node_modules"), join(folder, "node_modules"));
    for (const { number, mutants } of chosenRows(positionals)) {
      for (const mutant of [undefined, ...mutants]) {
        const name = mutant ? `${mutant.file}: ${mutant.from.trim().split("\n")[0]}` : "no mistake";
        const verdict = await withMutant(folder, mutant, async () => {
          await build(folder);
          const { code, said } = await run(
            folder,
            ".build/test/reliability/run.js",
            String(number),
            "--scale",
            values.scale,
          );
          const line = said.split("\n").find((one) => /^(ok|FAIL)\s/.test(one));
          return { red: code !== 0, line: line ?? said.trim().split("\n").at(-1) ?? "", ran: line !== undefined };
        }).catch((error: Error) => ({ red: false, line: error.message, ran: false }));
        const good = verdict.ran && verdict.red === (mutant !== undefined);
        console.log(`${good ? "ok  " : "FAIL"}  row ${number}, ${name}\n        ${verdict.line.slice(0, 300)}`);
        if (good) passed++;
        else failed++;
      }
    }
  });
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
};

exitWith(main());
