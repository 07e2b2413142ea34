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

/** What was seen under some circumstances: a column of the table. */
interface Column {
  title: string;
  circumstances: string;
  /** By the number of the row. */
  cells: ReadonlyMap<string, string>;
}

const columnOf = (seen: readonly Seen[], { server, seed, scale }: Staging): Column => {
  const title = `${server}, Node.js ${process.versions.node.split(".")[0]}`;
  const cells = seen.map(
    ({ row, figure, held }) => [String(row.number), cell(held ? figure : `**${figure}**`)] as const,
  );
  return {
    title,
    circumstances: `on ${machine()}, with seed ${seed} and scale ${scale}`,
    cells: new Map(cells),
  };
};

const fixed = ["#", "hazard", "what is required"];

const line = (cells: readonly string[]): string => `| ${cells.join(" | ")} |`;

const cellsOf = (text: string): string[] => text.slice(2, -2).split(" | ");

/** The columns of a table that {@link table} has written. */
const columnsIn = (text: string): Column[] => {
  const lines = text.split("\n");
  const [titles = [], , ...rows] = lines.filter((one) => one.startsWith("| ")).map(cellsOf);
  return titles.slice(fixed.length).map((title, at) => ({
    title,
    circumstances: lines.find((one) => one.startsWith(`- ${title}: `))?.slice(`- ${title}: `.length) ?? "",
    cells: new Map(rows.map((cells) => [cells[0] as string, cells[fixed.length + at] as string])),
  }));
};

const written = (rows: readonly Row[], columns: readonly Column[]): string => {
  const heads = [...fixed, ...columns.map(({ title }) => title)];
  return [
    "What was seen, by the server and the version of Node.js:",
    "",
    ...columns.map(({ title, circumstances }) => `- ${title}: ${circumstances}`),
    "",
    line(heads),
    line(heads.map(() => "---")),
    ...rows.map(({ number, hazard, required, onlyEmbedded }) => {
      const others = columns.map(({ title, cells }) => {
        const why = title.startsWith("embedded,") || onlyEmbedded === undefined ? "" : `not run: ${cell(onlyEmbedded)}`;
        return cells.get(String(number)) ?? (why || "not seen");
      });
      return line([String(number), cell(hazard), cell(required), ...others]);
    }),
  ].join("\n");
};

/** The table as Markdown, with where it comes from. */
export const table = (seen: readonly Seen[], staging: Staging): string =>
  written(
    seen.map(({ row }) => row),
    [columnOf(seen, staging)],
  );

/**
 * A table with a new column, or one in place of that of the same server and Node.js, whose other rows stay if they were
 * seen under the same circumstances.
 * @param anew leaves those out that were not: the run comes to all rows
 * @throws Error where there are such rows, and `anew` is false
 */
export const withColumn = (
  before: string,
  rows: readonly Row[],
  seen: readonly Seen[],
  staging: Staging,
  anew = false,
): string => {
  const column = columnOf(seen, staging);
  const columns = columnsIn(before);
  const at = columns.findIndex(({ title }) => title === column.title);
  const older = columns[at];
  const isSame = older?.circumstances === column.circumstances;
  if (older && !isSame && !anew)
    throw new Error(`the other rows were not seen ${column.circumstances}: write all of them`);
  const whole = { ...column, cells: new Map([...(isSame ? older.cells : []), ...column.cells]) };
  return written(rows, at < 0 ? [...columns, whole] : columns.with(at, whole));
};

/** Puts the column into the table between the markers of docs/reliability.md. Throws when they are not there. */
export const writeColumn = (rows: readonly Row[], seen: readonly Seen[], staging: Staging, anew: boolean): void => {
  const file = join(root, "docs", "reliability.md");
  const before = readFileSync(file, "utf8");
  const [start, end] = [before.indexOf(START), before.indexOf(END)];
  if (start < 0 || end < start) throw new Error(`${file} has no ${START} … ${END}`);
  const text = withColumn(before.slice(start, end), rows, seen, staging, anew);
  writeFileSync(file, `${before.slice(0, start + START.length)}\n\n${text}\n\n${before.slice(end)}`);
};
