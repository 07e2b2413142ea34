import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../../dev/demo/root";
import { npm } from "./npm";

/** A Node and a Node-RED that go together. */
export interface Runtime {
  name: string;
  node: string;
  /** Node-RED's red.js. */
  nodeRed: string;
}

const cache = join(tmpdir(), "node-red-contrib-amazon-s3-runtimes");

/** Installs packages into a folder of their own, which later runs find again. It gets its name only when it is whole. */
const cached = (packages: readonly string[]): string => {
  const folder = join(cache, packages.join("-").replace(/[^\w.-]/g, "-"));
  if (existsSync(folder)) return folder;
  const draft = `${folder}.${process.pid}`;
  mkdirSync(draft, { recursive: true });
  try {
    writeFileSync(join(draft, "package.json"), JSON.stringify({ private: true }));
    npm(draft, "install", ...packages);
    renameSync(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
};

const nodeOf = (folder: string): string => join(folder, "node_modules", "node", "bin", "node");

/** A Node of a version such as "24": this very one where it is that, else one from npm. */
export const nodeBinary = (version: string): string =>
  process.versions.node.startsWith(`${version}.`) ? process.execPath : nodeOf(cached([`node@${version}`]));

const versionOf = (folder: string): string =>
  JSON.parse(readFileSync(join(folder, "node_modules", "node-red", "package.json"), "utf8")).version;

const runtime = (node: string, nodeVersion: string, folder: string): Runtime => ({
  name: `Node-RED ${versionOf(folder)} on Node ${nodeVersion}`,
  node,
  nodeRed: join(folder, "node_modules", "node-red", "red.js"),
});

/** Node-RED 4.1 as this repository has it, on Node 20: this very one, where it is that, else one from npm. */
export const nodeRed4 = (): Runtime =>
  process.version.startsWith("v20.")
    ? runtime(process.execPath, process.version.slice(1), root)
    : runtime(nodeOf(cached(["node@20"])), "20", root);

/** Node-RED 5, which needs a newer Node than the one that runs the other tests. */
export const nodeRed5 = (): Runtime => {
  const folder = cached(["node@24", "node-red@5"]);
  return runtime(nodeOf(folder), "24", folder);
};

/** A folder in which a collection of themes is installed, a dark one among them. */
export const darkThemes = (): string => cached(["@node-red-contrib-themes/theme-collection@3"]);
