// Installs the dependencies when they are missing or older than the lock file. Plain JavaScript on Node's own
// modules, because it runs before anything is installed.
const { existsSync, statSync } = require("node:fs");
const { join } = require("node:path");
const { spawnSync } = require("node:child_process");

const root = join(__dirname, "..");
const installed = join(root, "node_modules", ".package-lock.json");
const wanted = join(root, "package-lock.json");

if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(wanted).mtimeMs - 1000) {
  console.log("Installing what is missing (npm ci) …");
  const npm = process.platform === "win32" ? "npm.cmd" : "npm";
  // Only what is installed can look for packages that run scripts. Not in .npmrc, where it would keep `npm pack` and
  // `npm publish` from compiling, too (prepack).
  const run = spawnSync(npm, ["ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"], {
    cwd: root,
    stdio: ["ignore", "inherit", "inherit"],
    shell: process.platform === "win32",
  });
  if (run.status !== 0) {
    console.error("npm ci failed; the lines above say why.");
    process.exit(run.status ?? 1);
  }
}
