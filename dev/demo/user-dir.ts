import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./root";

/** As in package.json. */
export const packageName = "node-red-contrib-amazon-s3";

/** A user directory of Node-RED in the temporary folder, filled as below. */
export const makeUserDir = (): string => {
  const folder = mkdtempSync(join(tmpdir(), `${packageName}-demo-`));
  fillUserDir(folder);
  return folder;
};

/**
 * Installs this package in a user directory as a user would have it: named in package.json, so that the palette manager
 * shows it, and in node_modules, as a link to the working tree. What is there already stays, the link follows the tree.
 */
export const fillUserDir = (folder: string): void => {
  const modules = join(folder, "node_modules");
  mkdirSync(modules, { recursive: true, mode: 0o700 });
  const file = join(folder, "package.json");
  const manifest = existsSync(file)
    ? JSON.parse(readFileSync(file, "utf8"))
    : { name: "demo", version: "1.0.0", private: true };
  manifest.dependencies = { ...manifest.dependencies, [packageName]: `file:${root}` };
  writeFileSync(file, JSON.stringify(manifest));
  const link = join(modules, packageName);
  if (existsSync(link) && realpathSync(link) === realpathSync(root)) return;
  rmSync(link, { recursive: true, force: true });
  // A junction needs no administrator on Windows; elsewhere the kind is ignored.
  symlinkSync(root, link, "junction");
};

/** Removes it. The link in it goes, what it points to stays. */
export const removeUserDir = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
