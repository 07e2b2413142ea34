/**
 * `npm run test:mistakes [-- TEXT]`: shows that the suite can fail. A copy of the embedded server is given one mistake
 * at a time (those whose name contains TEXT), and the checks that it names must find it; all of these find nothing in the
 * copy without a mistake. `npm run test:s3` has the other checks.
 */
import { execFile } from "node:child_process";
import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checks } from "./checks";
import { type Mistake, mistakes } from "./mistake-list";
import { runChecks } from "./suite";

const SERVER = join(__dirname, "../../dev/s3-server");
const SIDE_BY_SIDE = 2;
/** a mistake may leave a server in a loop */
const PATIENCE_MS = 600_000;

/** What was found, by the id of the check that failed. */
type Failed = Record<string, string>;

/** In the child: runs checks against the server in `folder`, and writes what failed as JSON. */
async function against(folder: string, ids: readonly string[]): Promise<void> {
  const { startS3Server } = require(join(folder, "index.js")) as typeof import("../../dev/s3-server");
  const roleArn = "arn:aws:iam::123456789012:role/S3Access";
  const server = await startS3Server({ roles: [{ arn: roleArn }] });
  const { endpoint, accessKey, secretKey, region } = server;
  const target = { name: "embedded", endpoint, accessKey, secretKey, region, sts: { endpoint, roleArn } };
  const chosen = checks.filter(({ id }) => ids.includes(id));
  const outcomes = await runChecks(target, chosen);
  await server.close();
  const failed: Failed = {};
  for (const { check, verdict, found = "" } of outcomes) if (verdict !== "pass") failed[check.id] = found;
  process.stdout.write(JSON.stringify(failed), () => process.exit(0));
}

/** Those of the checks that fail against a copy of the server with this mistake, or with none. */
async function failing(ids: readonly string[], mistake?: Mistake): Promise<Failed> {
  const folder = mkdtempSync(join(tmpdir(), "s3-mistake-"));
  try {
    cpSync(SERVER, folder, { recursive: true });
    if (mistake) {
      const file = join(folder, mistake.file);
      const pieces = readFileSync(file, "utf8").split(mistake.from);
      if (pieces.length !== 2) throw new Error(`${mistake.file} has ${pieces.length - 1} times: ${mistake.from}`);
      writeFileSync(file, pieces.join(mistake.to));
    }
    const text = await new Promise<string>((resolve, reject) => {
      const options = { timeout: PATIENCE_MS, killSignal: "SIGKILL", maxBuffer: 1 << 24 } as const;
      execFile(process.execPath, [__filename, "--against", folder, ...ids], options, (error, stdout) => {
        if (error) reject(new Error(error.killed ? "the suite came to no end" : `the suite broke: ${error.message}`));
        else resolve(stdout);
      });
    });
    return JSON.parse(text) as Failed;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Why a run is not as it should be; undefined when it is. */
function complaint(failed: Failed, ids: readonly string[], mistake?: Mistake): string | undefined {
  const unknown = ids.filter((id) => !checks.some((check) => check.id === id));
  if (unknown.length > 0) return `there is no check ${unknown.join(", ")}`;
  const all = Object.entries(failed).map(([id, found]) => `${id} (${found})`);
  if (!mistake) return all.length === 0 ? undefined : `fails without a mistake: ${all.join(", ")}`;
  const missing = ids.filter((id) => failed[id] === undefined);
  return missing.length === 0 ? undefined : `not found by ${missing.join(", ")}`;
}

const main = async (text: string): Promise<number> => {
  const chosen = [undefined, ...mistakes.filter(({ name }) => name.includes(text))];
  let next = 0;
  let bad = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < chosen.length; at = next++) {
      const mistake = chosen[at];
      const name = mistake?.name ?? "no mistake";
      const ids = mistake?.expected ?? [...new Set(mistakes.flatMap(({ expected }) => expected))];
      try {
        const failed = await failing(ids, mistake);
        const why = complaint(failed, ids, mistake);
        if (why === undefined)
          console.log(`  ok    ${name}: ${mistake ? `found by ${ids.join(", ")}` : `${ids.length} checks find none`}`);
        else console.log(`  FAIL  ${name}: ${why}`);
        if (why !== undefined) bad++;
      } catch (error) {
        console.log(`  FAIL  ${name}: ${(error as Error).message}`);
        bad++;
      }
    }
  };
  await Promise.all(Array.from({ length: SIDE_BY_SIDE }, work));
  console.log(`\n${chosen.length - bad} passed, ${bad} failed`);
  return bad > 0 ? 1 : 0;
};

const [first = "", folder, ...ids] = process.argv.slice(2);
const run =
  first === "--against" && folder !== undefined
    ? against(folder, ids)
    : main(first).then((code) => {
        process.exitCode = code;
      });
run.catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
