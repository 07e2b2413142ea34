/**
 * `npm run test:servers [-- NAME…]`: the operations' specs against each server, and one line of sums for each. Servers
 * that are named run all of them.
 */
import { spawn } from "node:child_process";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type BootedServer, bootServer, type ServerName, serverNames } from "../../dev/servers/servers";
import { type Difference, differences } from "../servers";

const root = join(__dirname, "..", "..", "..");

interface Result {
  fullTitle: string;
  err: { message?: string; stack?: string };
}

/** What mocha's JSON reporter writes, as far as it is read here. */
interface Report {
  stats: { passes: number; failures: number; pending: number };
  failures: Result[];
  pending: Result[];
}

interface Sum {
  passed: number;
  failed: number;
}

const say = (text: string): void => void process.stdout.write(`${text}\n`);

/** The compiled specs that run against servers. */
const allSpecs = async (): Promise<string[]> => {
  const folders = ["operations", "servers"].map((name) => join(".build", "test", name));
  const lists = await Promise.all(
    folders.map(async (folder) => (await readdir(join(root, folder))).map((file) => join(folder, file))),
  );
  return lists.flat().filter((file) => file.endsWith("_spec.js"));
};

/** The differences that a compiled file asks for by name. */
const askedIn = async (file: string): Promise<Difference[]> => {
  const text = await readFile(file, "utf8");
  return [...text.matchAll(/\.(?:differs|isKnown)\)\("([^"]+)"\)/g)].map(([, name]) => name as Difference);
};

/** Whether specs, or what they share, ask for a difference that the server has, or are about nothing but differences. */
const isAboutDifferences = async (file: string, server: ServerName): Promise<boolean> => {
  if (file.includes(join("test", "servers"))) return true;
  const path = join(root, file);
  const text = await readFile(path, "utf8");
  const shared = [...text.matchAll(/require\("(\.\.\/support\/[^"]+)"\)/g)].map(([, name]) =>
    join(path, "..", `${name}.js`),
  );
  const asked = (await Promise.all([path, ...shared].map(askedIn))).flat();
  return asked.some((name) => (differences[name].servers as readonly string[]).includes(server));
};

/** Runs mocha in a process of its own, whose environment says which server it is. */
const mocha = (
  folder: string,
  { name, endpoint, accessKey, secretKey, region }: BootedServer,
  files: readonly string[],
) => {
  const report = join(folder, "report.json");
  const child = spawn(
    process.execPath,
    [
      join(root, "node_modules", "mocha", "bin", "mocha.js"),
      "--no-config",
      ...["--require", "should"],
      ...["--timeout", "120000"],
      ...["--parallel", "--jobs", String(Math.max(2, availableParallelism()))],
      ...["--reporter", "json", "--reporter-option", `output=${report}`],
      ...["--node-option", "enable-source-maps,expose-gc"],
      ...files,
    ],
    {
      cwd: root,
      stdio: ["ignore", "pipe", "inherit"],
      env: {
        ...process.env,
        NODE_NO_WARNINGS: "1",
        S3_SERVER: name,
        S3_ENDPOINT: endpoint,
        S3_ACCESS_KEY: accessKey,
        S3_SECRET_KEY: secretKey,
        S3_REGION: region,
        S3_DIFFERENCES_SEEN: join(folder, "differences"),
      },
    },
  );
  // Shown only where mocha ends before it could write its report.
  let said = "";
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    said = (said + text).slice(-10_000);
  });
  return new Promise<Report>((resolve, reject) => {
    child.once("error", reject).once("close", async (code, signal) => {
      try {
        resolve(JSON.parse(await readFile(report, "utf8")));
      } catch {
        reject(new Error(`mocha ended with ${signal ?? `code ${code}`} and without a report:\n${said}`));
      }
    });
  });
};

/** Those that did not run and do not say why: a spec that skips itself at its own will. */
const silent = (pending: Result[]): string[] =>
  pending.map(({ fullTitle }) => fullTitle).filter((title) => !/ \[.+\]$/s.test(title));

/** The specs that did not run, counted by the reason that each has at its end. */
const showPending = (pending: Result[]): void => {
  const reasons = new Map<string, string[]>();
  for (const { fullTitle } of pending) {
    const [, title = fullTitle, reason = "no reason"] = /^(.*) \[(.*)\]$/s.exec(fullTitle) ?? [];
    reasons.set(reason, [...(reasons.get(reason) ?? []), title]);
  }
  for (const [reason, titles] of reasons) {
    say(`  ${titles.length} not run, since ${reason}:`);
    for (const title of titles) say(`    - ${title}`);
  }
};

/** Entries of the table for this server that no spec has asserted. */
const unasserted = async (folder: string, server: string): Promise<string[]> => {
  const seen = new Set((await readFile(join(folder, "differences"), "utf8")).split("\n"));
  const known = Object.entries(differences) as [string, { servers: readonly string[] }][];
  return known.flatMap(([name, { servers }]) => (servers.includes(server) && !seen.has(name) ? [name] : []));
};

/** @param whole whether files that ask for no difference of the server run too */
const run = async (name: ServerName, whole: boolean): Promise<Sum> => {
  const folder = await mkdtemp(join(tmpdir(), "amazon-s3-servers-"));
  const started = Date.now();
  let server: BootedServer | undefined;
  try {
    server = await bootServer(name);
    const booted = Date.now();
    await writeFile(join(folder, "differences"), "");
    const all = await allSpecs();
    const wanted = await Promise.all(all.map((file) => whole || isAboutDifferences(file, name)));
    const files = all.filter((_, index) => wanted[index]);
    const { stats, failures, pending } = await mocha(folder, server, files);
    say(`\n${name}`);
    if (files.length < all.length) {
      say(`  ${all.length - files.length} files not run, since they ask for nothing in which ${name} differs from S3`);
      say(`  (npm run test:servers -- ${name} runs all):`);
      for (const file of all.filter((file) => !files.includes(file))) say(`    - ${basename(file, ".js")}`);
    }
    showPending(pending);
    for (const { fullTitle, err } of failures) say(`  FAILED ${fullTitle}\n    ${err.stack ?? err.message}`);
    const idle = await unasserted(folder, name);
    for (const difference of idle) say(`  FAILED no spec asserts the difference "${difference}" of test/servers.ts`);
    const skipped = silent(pending);
    for (const title of skipped) say(`  FAILED ${title} did not run, and does not say why`);
    const sum = { passed: stats.passes, failed: stats.failures + idle.length + skipped.length };
    const seconds = [booted - started, Date.now() - booted].map((ms) => Math.round(ms / 1000));
    say(
      `${name}: ${sum.passed} passed, ${sum.failed} failed, ${stats.pending} not run; ${seconds.join(" s boot, ")} s`,
    );
    return sum;
  } catch (error) {
    say(`\n${name}: FAILED ${error instanceof Error ? error.stack : error}`);
    return { passed: 0, failed: 1 };
  } finally {
    await server?.down();
    await rm(folder, { recursive: true });
  }
};

/**
 * The embedded one has them in `npm test`. versitygw keeps objects as files, and takes so few of the keys that specs
 * use that it shows little beyond what MinIO shows.
 */
const usual: ServerName[] = ["ceph-20.2", "ceph-18.2", "ceph-16.2", "minio"];

/** Older versions of a usual one: without being named, they run what is about their differences. */
const older: ServerName[] = ["ceph-18.2", "ceph-16.2"];

const main = async (given: string[]): Promise<void> => {
  const unknown = given.filter((name) => !(serverNames as readonly string[]).includes(name));
  if (unknown.length > 0) {
    say(`No server is called ${unknown.join(", ")}. There are ${serverNames.join(", ")}.`);
    process.exitCode = 2;
    return;
  }
  const named = given.length > 0;
  const names = named ? (given as ServerName[]) : usual;
  const total: Sum = { passed: 0, failed: 0 };
  for (const name of names) {
    const { passed, failed } = await run(name, named || !older.includes(name));
    total.passed += passed;
    total.failed += failed;
  }
  say(`\n${total.passed} passed, ${total.failed} failed`);
  process.exitCode = total.failed > 0 || total.passed === 0 ? 1 : 0;
};

void main(process.argv.slice(2));
