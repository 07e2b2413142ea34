/**
 * `npm run test:reliability [-- options] [ROW…]`: what befalls S3 clients, done to the nodes by a proxy, and what they make
 * of it. Rows are named by number, or by a text in the hazard; all of them without a name.
 *   --scale NUMBER  so many of everything; 1, the default, is what the table says
 *   --server NAME   one of dev/servers; default the embedded one
 *   --seed NUMBER   of what is drawn; printed, so that a failure can be repeated
 *   --node VERSION  on another Node.js, such as 24, which npm fetches at the first time
 *   --write         writes a column of the table in docs/reliability.md, row by row: of this server and this Node.js; with
 *                   rows, only theirs, where the others were seen with the same seed and scale
 */

import { spawnSync } from "node:child_process";
import { parseArgs } from "node:util";
import { nodeBinary } from "../package/runtimes";
import { exitWith } from "../support/checks";
import "should";
import { isServerName, serverNames } from "../../dev/servers/servers";
import type { Measured, Row } from "./row";
import { chosenRows, rows } from "./rows";
import { onStage, type Staging } from "./stage";
import { type Seen, table, writeColumn } from "./table";

const numberOf = (name: string, text: string, isRight: (value: number) => boolean): number => {
  const value = Number(text);
  if (text === "" || !isRight(value)) throw new Error(`--${name} cannot be "${text}"`);
  return value;
};

/** Each row has a seed of its own, so that it does the same alone. */
const measure = (row: Row, { seed, ...staging }: Staging): Promise<Measured> =>
  onStage({ ...staging, seed: seed + row.number * 1_000_003 }, (stage) => row.measure(stage)).catch(
    (error: unknown) => ({ held: false, broke: true, figure: error instanceof Error ? error.message : String(error) }),
  );

const verdict = ({ held, broke }: Measured): string => (held ? "ok  " : broke ? "BROKE" : "FAIL");

/** The same in a process of another Node.js. */
const onNode = (version: string): number => {
  if (!/^\d+$/.test(version)) throw new Error(`--node cannot be "${version}"`);
  const { status } = spawnSync(nodeBinary(version), process.argv.slice(1), { stdio: "inherit" });
  return status ?? 1;
};

const main = async (): Promise<number> => {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { scale: text, server: text, seed: text, node: text, write: { type: "boolean", default: false } },
  });
  if (values.node !== undefined && !process.versions.node.startsWith(`${values.node}.`)) return onNode(values.node);
  const server = values.server ?? "embedded";
  if (!isServerName(server)) throw new Error(`there is no server ${server}: ${serverNames.join(", ")}`);
  const scale = numberOf("scale", values.scale ?? "1", (value) => value > 0);
  const seed = numberOf("seed", values.seed ?? String(Math.floor(Math.random() * 2 ** 31)), Number.isSafeInteger);
  const staging = { server, scale, seed };
  const chosen = chosenRows(positionals);
  console.log(`seed ${seed}, scale ${scale}, server ${server}`);
  const seen: Seen[] = [];
  for (const row of chosen) {
    if (row.onlyEmbedded !== undefined && server !== "embedded") {
      console.log(`not run  ${row.number} ${row.hazard} [${row.onlyEmbedded}]`);
      continue;
    }
    const start = performance.now();
    const measured = await measure(row, staging);
    seen.push({ row, ...measured });
    // As it goes: a run of hours that is ended can be gone on with, by the numbers of the rows that are left.
    if (values.write) writeColumn(rows, seen, staging, chosen.length === rows.length);
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${verdict(measured)}  ${row.number} ${row.hazard}: ${measured.figure}; ${seconds} s`);
  }
  console.log(`\n${table(seen, staging)}\n`);
  const failed = seen.filter(({ held }) => !held);
  for (const { row } of failed) {
    const where = `${server === "embedded" ? "" : ` --server ${server}`}${values.node ? ` --node ${values.node}` : ""}`;
    console.log(`again: npm run test:reliability -- ${row.number} --seed ${seed} --scale ${scale}${where}`);
  }
  console.log(`${seen.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 && seen.length > 0 ? 0 : 1;
};

exitWith(main());
