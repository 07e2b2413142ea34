import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Row } from "./row";

const folder = join(__dirname, "rows");

/** All rows, in the order of their numbers: each file of rows/ exports one. */
export const rows: readonly Row[] = readdirSync(folder)
  .filter((name) => /^\d\d-.*\.js$/.test(name))
  .sort()
  .map((name) => (require(join(folder, name)) as { row: Row }).row);

/** Those that are named: by number, or by a text in the hazard. All where none is. Throws for a name of none. */
export const chosenRows = (names: readonly string[]): readonly Row[] => {
  const isCalled = ({ number, hazard }: Row, name: string): boolean =>
    /^\d+$/.test(name) ? number === Number(name) : hazard.includes(name);
  for (const name of names) if (!rows.some((row) => isCalled(row, name))) throw new Error(`there is no row ${name}`);
  return names.length === 0 ? rows : rows.filter((row) => names.some((name) => isCalled(row, name)));
};
