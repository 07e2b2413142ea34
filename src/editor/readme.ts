import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import { bucket } from "./bucket";
import { defaultText, kinds } from "./help";
import { startOf } from "./start";

const begin = "<!-- nodes:start -->";
const end = "<!-- nodes:end -->";

const markdown = (html: string): string => html.replace(/<\/?code>/g, "`").replace(/<\/?(?:i|b)>/g, "_");

const cells = (name: string, declared: Declared<unknown>, from: string): string[] => [
  `\`${name}\``,
  kinds[declared.kind],
  from,
  declared.required ? "**required**" : markdown(defaultText(declared)),
  markdown(declared.text).replaceAll("|", "\\|"),
];

/** A table with aligned columns: the formatter asks for them. */
const table = (rows: readonly (readonly string[])[]): string => {
  const widths = (rows[0] ?? []).map((_, column) => Math.max(3, ...rows.map((row) => row[column]?.length ?? 0)));
  const line = (row: readonly string[]): string =>
    `| ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" | ")} |`;
  const [head = [], ...body] = rows;
  return [line(head), line(widths.map((width) => "-".repeat(width))), ...body.map(line)].join("\n");
};

const origin = (name: string, declared: Declared<unknown>): string => {
  const { type, value } = startOf(name, declared);
  return type === "msg" ? `\`msg.${value}\`` : "the form";
};

const section = (operation: Operation): string =>
  [
    `### ${operation.label}`,
    "",
    `${markdown(operation.lead)} The result: ${markdown(operation.output)}`,
    "",
    table([
      ["parameter", "kind", "first taken from", "default", ""],
      ...Object.entries(operation.parameters).map(([name, it]) => cells(name, it, origin(name, it))),
      cells("bucket", bucket, origin("bucket", bucket)),
      ...Object.entries(operation.settings).map(([name, it]) => cells(name, it, "the form only")),
    ]),
  ].join("\n");

/** The README with its table of nodes and parameters made anew, or undefined where it lacks the marks. */
export const readmeWith = (readme: string, operations: readonly Operation[]): string | undefined => {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) return undefined;
  return `${readme.slice(0, from + begin.length)}\n\n${operations.map(section).join("\n\n")}\n\n${readme.slice(to)}`;
};
