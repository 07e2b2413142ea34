/** `npm run bench [-- transfer …]`: which benchmark is meant, without a word the one of the nodes' own cost. */
import { spawn } from "node:child_process";
import { join } from "node:path";

const benchmarks: Readonly<Record<string, string>> = { transfer: "transfer/run.js" };

const [name = "", ...args] = process.argv.slice(2);
const file = name === "" ? "run.js" : benchmarks[name];
if (!file) {
  console.error(`There is no benchmark ${JSON.stringify(name)}, but ${Object.keys(benchmarks).join(", ")}.`);
  process.exit(1);
}
spawn(process.execPath, [join(__dirname, file), ...args], { stdio: "inherit" }).once("exit", (code) => {
  process.exitCode = code ?? 1;
});
