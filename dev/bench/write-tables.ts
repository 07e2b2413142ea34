import { readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

const GiB = 2 ** 30;

const end = "<!-- end -->";

/**
 * Puts tables into docs/benchmarks.md, with what the machine is.
 * @param part of the benchmarks, which writes between its marks
 */
export const writeTables = async (part: string, tables: readonly string[]): Promise<void> => {
  const begin = `<!-- begin of what \`npm run bench -- ${part} --write\` writes -->`;
  const path = join(__dirname, "..", "..", "..", "docs", "benchmarks.md");
  const text = await readFile(path, "utf8");
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / GiB)} GiB, ${process.platform} ${process.arch}, Node.js ${process.version}`;
  const [before, rest] = text.split(begin) as [string, string?];
  if (rest === undefined) throw new Error(`docs/benchmarks.md has no line ${begin}`);
  const after = rest.slice(rest.indexOf(end) + end.length);
  const made = [begin, "", `Machine: ${machine}.`, ...tables.flatMap((table) => ["", table]), "", end].join("\n");
  await writeFile(path, `${before}${made}${after}`);
};
