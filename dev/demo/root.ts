import { existsSync } from "node:fs";
import { dirname, join } from "node:path";

const find = (folder: string): string => {
  if (existsSync(join(folder, "package.json"))) return folder;
  const parent = dirname(folder);
  if (parent === folder) throw new Error("This is no checkout of the repository: no package.json above");
  return find(parent);
};

/** The folder of the repository, wherever below it the compiled code lies. */
export const root = find(__dirname);
