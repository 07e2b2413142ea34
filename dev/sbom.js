// Writes what the package consists of, its production dependencies, as CycloneDX: node dev/sbom.js FILE. Plain JavaScript
// on Node's own modules and npm, because a release makes it before anything is installed.
const { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { tmpdir } = require("node:os");
const { join } = require("node:path");
const { spawnSync } = require("node:child_process");

const root = join(__dirname, "..");
const read = (file) => JSON.parse(readFileSync(join(root, file), "utf8"));

/** `npm sbom --omit=dev` leaves out what a dev dependency uses too, so there are none where it is asked. */
const withoutDev = () => {
  const { devDependencies: _, ...manifest } = read("package.json");
  const lock = read("package-lock.json");
  delete lock.packages[""].devDependencies;
  for (const [path, { dev }] of Object.entries(lock.packages)) if (dev) delete lock.packages[path];
  return { manifest, lock };
};

const sbom = () => {
  const { manifest, lock } = withoutDev();
  const parent = mkdtempSync(join(tmpdir(), "sbom-"));
  try {
    // npm takes the folder's name for the package's.
    const folder = join(parent, manifest.name);
    mkdirSync(folder);
    writeFileSync(join(folder, "package.json"), JSON.stringify(manifest));
    writeFileSync(join(folder, "package-lock.json"), JSON.stringify(lock));
    const run = spawnSync("npm", ["sbom", "--package-lock-only", "--offline", "--sbom-format=cyclonedx"], {
      cwd: folder,
      encoding: "utf8",
      maxBuffer: 64 * 1024 * 1024,
      shell: process.platform === "win32",
    });
    if (run.status !== 0) throw new Error(`npm sbom failed: ${run.error ?? run.stderr}`);
    return run.stdout;
  } finally {
    rmSync(parent, { recursive: true, force: true });
  }
};

const [file] = process.argv.slice(2);
if (file) writeFileSync(file, sbom());
else process.stdout.write(sbom());
