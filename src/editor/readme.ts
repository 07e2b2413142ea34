import { bucketParameter as bucket } from "../core/bucket";
import { meanings } from "../core/codes";
import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import type { Say } from "./catalogue";
import { defaultText, kindText } from "./help";
import { meaningOf } from "./meaning";
import { startOf } from "./start";

const markdown = (html: string): string => html.replace(/<\/?code>/g, "`").replace(/<\/?(?:i|b)>/g, "_");

const cells = (name: string, declared: Declared<unknown>, from: string, say: Say): string[] => [
  `\`${name}\``,
  declared.label,
  kindText(declared, say),
  from,
  declared.required ? "**required**" : markdown(defaultText(declared, say)),
  markdown(meaningOf(declared, say)).replaceAll("|", "\\|"),
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

const section = (operation: Operation, say: Say): string =>
  [
    `### ${operation.label}`,
    "",
    `${markdown(operation.lead)} The result: ${markdown(operation.output)}`,
    "",
    table([
      ["parameter", "in the form", "kind", "first taken from", "default", ""],
      ...Object.entries(operation.parameters).map(([name, it]) => cells(name, it, origin(name, it), say)),
      cells("bucket", bucket, origin("bucket", bucket), say),
      ...Object.entries(operation.settings).map(([name, it]) => cells(name, it, "the form only", say)),
    ]),
  ].join("\n");

/** Every code there is words for, in the order of the alphabet. */
const errors = (): string =>
  table([
    ["code", "what it means", "what to do"],
    ...Object.entries(meanings)
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([code, { what, hint }]) => [`\`${code}\``, what, hint]),
  ]);

/** Replaces what stands between two marks, or gives undefined where they are missing. */
const replace = (text: string, name: string, part: string): string | undefined => {
  const begin = `<!-- ${name}:start -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(`<!-- ${name}:end -->`);
  if (from < 0 || to < from) return undefined;
  return `${text.slice(0, from + begin.length)}\n\n${part}\n\n${text.slice(to)}`;
};

/** The README with its tables of nodes, parameters and errors made anew, or undefined where it lacks the marks. */
export const readmeWith = (readme: string, operations: readonly Operation[], say: Say): string | undefined => {
  const nodes = replace(readme, "nodes", operations.map((it) => section(it, say)).join("\n\n"));
  return nodes === undefined ? undefined : replace(nodes, "errors", errors());
};
