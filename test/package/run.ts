// `npm run test:package`: what users install, as they install it. Packs the package, installs the tarball into fresh
// user directories of Node-RED 4.1 and 5, starts each on loopback, and takes the tour in it.
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { check, close, exitWith } from "../support/checks";
import { lookAt } from "./editor";
import { startNodeRed } from "./node-red";
import { npm } from "./npm";
import { nodeRed4, nodeRed5, type Runtime } from "./runtimes";
import { pack, scriptsOf } from "./tarball";
import { takeTour } from "./tour";

const name = "node-red-contrib-amazon-s3";

// What Node-RED says at every first start, and the SDK on every Node 20.
const usual = /Projects disabled|Encrypted credentials not found|NodeVersionSupportWarning/;

/** Lines in which Node-RED, or Node itself, complains. */
const complaints = (printed: string): string[] =>
  printed
    .split("\n")
    .filter((line) => /\[(warn|error|fatal)\]|Warning:|Error:|^\s+at /.test(line) && !usual.test(line));

const tryIn = async (runtime: Runtime, userDir: string, tarball: string): Promise<void> => {
  console.log(`\n${runtime.name}`);
  mkdirSync(userDir);
  writeFileSync(join(userDir, "package.json"), JSON.stringify({ name: "user", version: "1.0.0", private: true }));
  if (!(await check("the tarball installs", () => npm(userDir, "install", tarball)))) return;
  const installed = join(userDir, "node_modules", name);
  await check("each of its scripts can be required, without a warning", () => {
    const code = scriptsOf(installed).map((file) => `require(${JSON.stringify(file)});`);
    // The SDK says on Node 20 that its time is over. That is for those who run Node 20 to read.
    const quiet = "process.on('warning', (it) => { if (it.name !== 'NodeDeprecationWarning') throw it; });";
    execFileSync(runtime.node, ["-e", [quiet, ...code].join("\n")], { stdio: "pipe" });
  });
  let nodeRed: Awaited<ReturnType<typeof startNodeRed>> | undefined;
  await check("Node-RED starts", async () => {
    nodeRed = await startNodeRed(runtime, userDir);
  });
  if (!nodeRed) return;
  try {
    await lookAt(nodeRed);
    await takeTour(nodeRed);
  } finally {
    await nodeRed.end();
  }
  const printed = nodeRed.printed();
  await check("nobody complained", () => {
    const found = complaints(printed);
    if (found.length > 0) throw new Error(found.join("\n"));
  });
};

const main = async (): Promise<number> => {
  const folder = mkdtempSync(join(tmpdir(), `${name}-package-`));
  const clear = () => rmSync(folder, { recursive: true, force: true });
  process.once("exit", clear);
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  const tarball = await pack(folder);
  for (const [index, find] of [nodeRed4, nodeRed5].entries()) {
    let runtime: Runtime | undefined;
    const known = await check(`${index === 0 ? "Node-RED 4.1 on Node 20" : "Node-RED 5 on Node 24"} is at hand`, () => {
      runtime = find();
    });
    if (known && runtime) await tryIn(runtime, join(folder, `user-${index}`), tarball);
  }
  return close();
};

exitWith(main());
