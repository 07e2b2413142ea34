import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "./root";

/** As in package.json. */
export const packageName = "node-red-contrib-amazon-s3";

/**
 * A user directory of Node-RED in the temporary folder, in which this package is installed as a user would have it:
 * named in package.json, so that the palette manager shows it, and in node_modules, as a link to the working tree.
 */
export const makeUserDir = (): string => {
  const folder = mkdtempSync(join(tmpdir(), `${packageName}-demo-`));
  const manifest = { name: "demo", version: "1.0.0", private: true, dependencies: { [packageName]: `file:${root}` } };
  writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
  mkdirSync(join(folder, "node_modules"));
  // A junction needs no administrator on Windows; elsewhere the kind is ignored.
  symlinkSync(root, join(folder, "node_modules", packageName), "junction");
  return folder;
};

/** Removes it. The link in it goes, what it points to stays. */
export const removeUserDir = (folder: string): void => rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
