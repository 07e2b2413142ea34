import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import { bucket } from "./bucket";
import { defaultText } from "./help";
import { startOf } from "./start";

const begin = "<!-- nodes:start -->";
const end = "<!-- nodes:end -->";

const markdown = (html: string): string =>
  html
    .replace(/<\/?code>/g, "`")
    .replace(/<\/?(?:i|b)>/g, "*")
    .replaceAll("|", "\\|");

const line = (name: string, declared: Declared<unknown>, from: string): string => {
  const fallback = declared.required ? "**required**" : markdown(defaultText(declared));
  return `| \`${name}\` | ${declared.kind} | ${from} | ${fallback} | ${markdown(declared.text)} |`;
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
    "| parameter | kind | first taken from | default | |",
    "|---|---|---|---|---|",
    ...Object.entries(operation.parameters).map(([name, it]) => line(name, it, origin(name, it))),
    line("bucket", bucket, origin("bucket", bucket)),
    ...Object.entries(operation.settings).map(([name, it]) => line(name, it, "the form only")),
  ].join("\n");

/** The README with its table of nodes and parameters made anew, or undefined where it lacks the marks. */
export const readmeWith = (readme: string, operations: readonly Operation[]): string | undefined => {
  const from = readme.indexOf(begin);
  const to = readme.indexOf(end);
  if (from < 0 || to < from) return undefined;
  return `${readme.slice(0, from + begin.length)}\n\n${operations.map(section).join("\n\n")}\n\n${readme.slice(to)}`;
};
