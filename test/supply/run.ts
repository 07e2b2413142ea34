import { spawnSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../dev/demo/root";
import { check, close, exitWith } from "../support/checks";
import { readAudit } from "./audit";
import { installScriptFaults } from "./install-scripts";
import { licenceFaults } from "./licences";
import { type Lock, production } from "./lock";
import { sbomFaults } from "./sbom";
import { sourceFaults } from "./sources";
import { actionFaults, checkFaults, releaseFaults } from "./workflows";

const read = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");
const lock: Lock = JSON.parse(read("package-lock.json"));

const printed = (command: string, args: string[]): string =>
  spawnSync(command, args, { cwd: root, encoding: "utf8", maxBuffer: 64 * 1024 * 1024, timeout: 120_000 }).stdout ?? "";

const none = (faults: readonly string[]): void => {
  if (faults.length > 0) throw new Error(`\n      ${faults.join("\n      ")}`);
};

const workflows = join(".github", "workflows");

const run = async (): Promise<void> => {
  const count = production(lock).length;
  await check(`${count} packages are installed with this one`, () => none(count > 0 ? [] : ["none"]));
  await check("what is installed comes from the registry, and is compared to a hash", () => none(sourceFaults(lock)));
  await check("nothing that is installed runs a script", () => none(installScriptFaults(lock)));
  await check("all licences may be handed on", () => none(licenceFaults(lock)));
  await check("the list of what is in the package can be made, and is whole", () =>
    none(sbomFaults(JSON.parse(printed(process.execPath, ["dev/sbom.js"])), lock)),
  );
  for (const file of readdirSync(join(root, workflows)))
    await check(`${file} names actions by their commits`, () => none(actionFaults(read(workflows, file))));
  await check("a change is checked without a permission to write", () =>
    none(checkFaults(read(workflows, "check.yml"))),
  );
  await check("a release says where it comes from, and what is in it", () =>
    none(releaseFaults(read(workflows, "release.yml"))),
  );
  const audit = readAudit(printed("npm", ["audit", "--omit=dev", "--json"]));
  if (audit.known) await check("no weakness is known", () => none(audit.faults));
  else console.log(`skip  whether a weakness is known: npm audit could not be asked (${audit.why})`);
};

exitWith(run().then(close));
