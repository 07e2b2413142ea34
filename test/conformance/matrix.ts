/** The matrix of docs/servers.md: a row a check, a column a server. */
import { readFileSync, writeFileSync } from "node:fs";
import type { Check } from "./check";
import { deviations } from "./deviations";
import type { Outcome } from "./suite";

const START = "<!-- matrix:start -->";
const END = "<!-- matrix:end -->";

const cell = (text: string): string => text.replaceAll("|", "\\|").replaceAll("<", "&lt;").replace(/\s+/g, " ");

/** The matrix as Markdown: the sums first, then a table for each group, then what the deviations mean. */
export function matrix(checks: readonly Check[], results: ReadonlyMap<string, readonly Outcome[]>): string {
  const servers = [...results.keys()];
  const row = (cells: readonly (string | number)[]): string => `| ${cells.join(" | ")} |`;
  const rule = row(["---", ...servers.map(() => "---")]);
  const groups = [...new Set(checks.map((check) => check.group))];
  const verdictOf = (server: string, check: Check) => results.get(server)?.[checks.indexOf(check)]?.verdict;
  const conforming = (server: string, some: readonly Check[]): string => {
    const good = some.filter((check) => verdictOf(server, check) === "pass").length;
    return `${good} of ${some.length}`;
  };
  const lines = [row(["conforming", ...servers]), rule];
  for (const name of groups) {
    const some = checks.filter((check) => check.group === name);
    lines.push(row([name, ...servers.map((server) => conforming(server, some))]));
  }
  lines.push(row(["**all**", ...servers.map((server) => `**${conforming(server, checks)}**`)]));
  const notes: string[] = [];
  for (const name of groups) {
    lines.push("", `### ${name}`, "", row(["check", ...servers]), rule);
    for (const check of checks.filter((one) => one.group === name)) {
      const marks = servers.map((server) => {
        const verdict = verdictOf(server, check);
        if (verdict === "pass" || verdict === "stale") return "yes";
        const note = deviations[server]?.[check.id]?.note;
        if (verdict !== "known" || note === undefined) return "**no**";
        if (!notes.includes(note)) notes.push(note);
        return `no[^d${notes.indexOf(note) + 1}]`;
      });
      lines.push(row([`[${cell(check.title)}](${check.source})`, ...marks]));
    }
  }
  lines.push("", ...notes.map((note, index) => `[^d${index + 1}]: ${cell(note)}`));
  return lines.join("\n");
}

/** The text of a file before, between and after the markers, which stay with the outer ones. Throws without them. */
function split(file: string): [before: string, between: string, after: string] {
  const text = readFileSync(file, "utf8");
  const start = text.indexOf(START);
  const end = text.indexOf(END);
  if (start < 0 || end < start) throw new Error(`${file} has no ${START} … ${END}`);
  return [text.slice(0, start + START.length), text.slice(start + START.length, end).trim(), text.slice(end)];
}

/** Puts the matrix between the markers of a file. Throws when they are not there. */
export function writeMatrix(
  file: string,
  checks: readonly Check[],
  results: ReadonlyMap<string, readonly Outcome[]>,
): void {
  const [before, , after] = split(file);
  writeFileSync(file, `${before}\n\n${matrix(checks, results)}\n\n${after}`);
}

/**
 * Where the matrix in a file is not what was found: the lines, those of the file with a minus. The columns of servers
 * that did not run are held to the table of deviations, which a run of theirs holds to them. Throws without markers.
 */
export function matrixDrift(
  file: string,
  checks: readonly Check[],
  results: ReadonlyMap<string, readonly Outcome[]>,
): string[] {
  const [, between] = split(file);
  const written = between.split("\n");
  const servers = (written[0] ?? "").split("|").slice(2, -1);
  const all = new Map<string, readonly Outcome[]>();
  for (const server of servers.map((one) => one.trim())) all.set(server, results.get(server) ?? known(server, checks));
  const missing = [...results.keys()].filter((server) => !all.has(server));
  if (missing.length > 0) return missing.map((server) => `- (no column for ${server})`);
  const found = matrix(checks, all).split("\n");
  const drift = [
    ...written.filter((line) => !found.includes(line)).map((line) => `- ${line}`),
    ...found.filter((line) => !written.includes(line)).map((line) => `+ ${line}`),
  ];
  return drift.length === 0 && written.join() !== found.join() ? ["- (the lines in another order)"] : drift;
}

/** What the table of deviations says of a server. */
function known(server: string, checks: readonly Check[]): Outcome[] {
  return checks.map((check) => ({ check, verdict: deviations[server]?.[check.id] ? "known" : "pass" }));
}
