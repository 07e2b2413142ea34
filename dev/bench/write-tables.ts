import { readFile, writeFile } from "node:fs/promises";
import { cpus, totalmem } from "node:os";
import { join } from "node:path";

const GiB = 2 ** 30;

const end = "<!-- end -->";

const titleOf = (table: string): string => table.split("\n", 1)[0] ?? "";

/** Says of a table that stays on which machine it was, where that is another one than of those that are written now. */
const onMachine = (table: string, its: string, now: string): string => {
  const [, own = its] = /\n\nOn (.*)\.$/.exec(table) ?? [];
  const bare = table.replace(/\n\nOn .*\.$/, "");
  return own === now || own === "" ? bare : `${bare}\n\nOn ${own}.`;
};

/**
 * Puts tables into docs/benchmarks.md, with what the machine is. Those with other titles stay.
 * @param part of the benchmarks, which writes between its marks
 */
export const writeTables = async (part: string, tables: readonly string[]): Promise<void> => {
  const begin = `<!-- begin of what \`npm run bench -- ${part} --write\` writes -->`;
  const path = join(__dirname, "..", "..", "..", "docs", "benchmarks.md");
  const text = await readFile(path, "utf8");
  const machine = `${cpus().length} × ${cpus()[0]?.model.trim()}, ${Math.round(totalmem() / GiB)} GiB, ${process.platform} ${process.arch}, Node.js ${process.version}`;
  const [before, rest] = text.split(begin) as [string, string?];
  if (rest === undefined) throw new Error(`docs/benchmarks.md has no line ${begin}`);
  const [old = "", ...more] = rest.split(end);
  const [, theirs = ""] = /^Machine: (.*)\.$/m.exec(old) ?? [];
  const stay = old
    .split(/\n\n(?=### )/)
    .slice(1)
    .map((table) => onMachine(table.trim(), theirs, machine));
  const kept = new Map([...stay, ...tables].map((table) => [titleOf(table), table.trim()]));
  const made = [begin, "", `Machine: ${machine}.`, ...[...kept.values()].flatMap((table) => ["", table]), "", ""].join(
    "\n",
  );
  await writeFile(path, `${before}${[made, ...more].join(end)}`);
};
