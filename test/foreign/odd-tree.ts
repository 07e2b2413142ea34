import { execFileSync } from "node:child_process";
import { utimesSync } from "node:fs";
import { join } from "node:path";
import type { Client } from "./client";
import { put } from "./disk";
import { limitOf, longName } from "./limits";
import { isFilePath, keys, large } from "./samples";

/** Names that file systems take, and URLs, command lines and programs get wrong. */
const names: readonly string[] = [
  ...keys,
  "%41",
  "#?&",
  ".leading dot",
  "both \" and '",
  "a~b",
  `${"l".repeat(251)}.txt`,
  longName,
  `${"deep/".repeat(40)}file`,
  // Beside its composed form, one client takes it for the same.
  "alone/cafe\u0301",
];

/** Files that have such a name and can go through both the client and the nodes, an empty one, one of a byte and a large one. */
export const oddTree = (client: Client): Map<string, Buffer> => {
  const paths = names.filter((path) => isFilePath(path) && !path.includes("\\") && !limitOf(client, "syncs", path));
  const tree = new Map<string, Buffer>(paths.map((path) => [path, Buffer.from(`the file ${path}`)]));
  return tree
    .set("sizes/empty", Buffer.alloc(0))
    .set("sizes/one", Buffer.from([0]))
    .set("sizes/large.bin", large);
};

/** Writes them, with times of whole seconds, whole ms and ns. */
export const writeTree = (folder: string, tree: ReadonlyMap<string, Buffer>): void => {
  const exact: string[] = [];
  let index = 0;
  for (const [path, bytes] of tree) {
    put(folder, path, bytes);
    const file = join(folder, path);
    if (index % 3 === 2) exact.push(file);
    else utimesSync(file, new Date(), 1_600_000_000 + index + (index % 3) * 0.007);
    index++;
  }
  // Node.js sets none of them so exactly.
  execFileSync("touch", ["-d", "@1600000000.123456789", "--", ...exact]);
};
