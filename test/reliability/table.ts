import { readFileSync, writeFileSync } from "node:fs";
import { availableParallelism, cpus, totalmem } from "node:os";
import { join } from "node:path";
import { root } from "../../dev/demo/root";
import type { Measured, Row } from "./row";
import type { Staging } from "./stage";

/** A row with what was seen. */
export interface Seen extends Measured {
  row: Row;
}

const START = "<!-- table:start -->";
const END = "<!-- table:end -->";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/\s+/g, " ");

const machine = (): string => {
  const memory = Math.round(totalmem() / 1024 ** 3);
  return `${availableParallelism()} cores (${cpus()[0]?.model.trim() || "unknown"}), ${memory} GiB, Node.js ${process.versions.node}`;
};

/** The table as Markdown, with where it comes from. */
export const table = (seen: readonly Seen[], { server, seed, scale }: Staging): string => {
  const lines = seen.map(
    ({ row, figure, held }) =>
      `| ${row.number} | ${cell(row.hazard)} | ${cell(row.required)} | ${cell(held ? figure : `**${figure}**`)} |`,
  );
  return [
    `Seen on ${machine()}, against the server "${server}", with seed ${seed} and scale ${scale}:`,
    "",
    "| # | hazard | what is required | seen |",
    "| --- | --- | --- | --- |",
    ...lines,
  ].join("\n");
};

/** Puts the table between the markers of docs/reliability.md. Throws when they are not there. */
export const writeTable = (text: string): void => {
  const file = join(root, "docs", "reliability.md");
  const before = readFileSync(file, "utf8");
  const [start, end] = [before.indexOf(START), before.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${file} has no ${START} … ${END}`);
  writeFileSync(file, `${before.slice(0, start + START.length)}\n\n${text}\n\n${before.slice(end)}`);
};
