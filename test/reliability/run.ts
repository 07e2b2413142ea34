/**
 * `npm run test:reliability [-- options] [ROW…]`: what befalls S3 clients, done to the nodes by a proxy, and what they make
 * of it. Rows are named by number, or by a text in the hazard; all of them without a name.
 *   --scale NUMBER  so many of everything; 1, the default, is what the table says
 *   --server NAME   one of dev/servers; default the embedded one
 *   --seed NUMBER   of what is drawn; printed, so that a failure can be repeated
 *   --write         writes the table into docs/reliability.md
 */

import { parseArgs } from "node:util";
import { exitWith } from "../support/checks";
import "should";
import { isServerName, serverNames } from "../../dev/servers/servers";
import type { Measured, Row } from "./row";
import { chosenRows, rows } from "./rows";
import { onStage, type Staging } from "./stage";
import { type Seen, table, writeTable } from "./table";

const numberOf = (name: string, text: string, isRight: (value: number) => boolean): number => {
  const value = Number(text);
  if (text === "" || !isRight(value)) throw new Error(`--${name} cannot be "${text}"`);
  return value;
};

/** Each row has a seed of its own, so that it does the same alone. */
const measure = (row: Row, { seed, ...staging }: Staging): Promise<Measured> =>
  onStage({ ...staging, seed: seed + row.number * 1_000_003 }, (stage) => row.measure(stage)).catch(
    (error: unknown) => ({ held: false, figure: error instanceof Error ? error.message : String(error) }),
  );

const main = async (): Promise<number> => {
  const text = { type: "string" } as const;
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { scale: text, server: text, seed: text, write: { type: "boolean", default: false } },
  });
  const server = values.server ?? "embedded";
  if (!isServerName(server)) throw new Error(`there is no server ${server}: ${serverNames.join(", ")}`);
  const scale = numberOf("scale", values.scale ?? "1", (value) => value > 0);
  const seed = numberOf("seed", values.seed ?? String(Math.floor(Math.random() * 2 ** 31)), Number.isSafeInteger);
  const staging = { server, scale, seed };
  const chosen = chosenRows(positionals);
  if (values.write && chosen.length < rows.length) throw new Error("--write is for all rows");
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
    const seconds = ((performance.now() - start) / 1000).toFixed(1);
    console.log(`${measured.held ? "ok  " : "FAIL"}  ${row.number} ${row.hazard}: ${measured.figure}; ${seconds} s`);
  }
  const written = table(seen, staging);
  console.log(`\n${written}\n`);
  if (values.write) writeTable(written);
  const failed = seen.filter(({ held }) => !held);
  for (const { row } of failed) {
    const where = server === "embedded" ? "" : ` --server ${server}`;
    console.log(`again: npm run test:reliability -- ${row.number} --seed ${seed} --scale ${scale}${where}`);
  }
  console.log(`${seen.length - failed.length} passed, ${failed.length} failed`);
  return failed.length === 0 && seen.length > 0 ? 0 : 1;
};

exitWith(main());
