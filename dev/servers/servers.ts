/** bootServer: an S3 server by name, for the suites that run against several of them. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { join } from "node:path";
import { root } from "../demo/root";
import { bootEmbedded } from "./embedded";

/** A server that runs on loopback, its keys, and a bucket that is there. */
export interface BootedServer {
  readonly name: ServerName;
  /** `http://127.0.0.1:port`; buckets are addressed by path */
  readonly endpoint: string;
  readonly accessKey: string;
  readonly secretKey: string;
  readonly region: string;
  readonly bucket: string;
  /** whose subdomains are buckets, where it is not localhost */
  readonly domain?: string;
  /** where AssumeRole is answered, and a role that the keys may assume; absent where the server has none */
  readonly sts?: { endpoint: string; roleArn: string };
  /** where its objects are files, with a folder for each bucket; absent where they are not */
  readonly folder?: string;
  /** Ends the server, if it was this call that started it; resolves when its processes are gone. */
  down(): Promise<void>;
}

/** How an independent server is started: by `SCRIPT-up.sh` in this folder, ended by `SCRIPT-down.sh`, with these settings. */
export interface ServerEntry {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  /** the port of its S3 API, so that all of them can run at once */
  readonly port: number;
}

const ceph = (suite: string, port: number): ServerEntry => ({
  script: "rgw",
  env: { RGW_SUITE: suite, RGW_PORT: String(port) },
  port,
});

/** The independent servers. The versions are pinned by Debian's suites and in the scripts. */
export const independentServers = {
  "ceph-20.2": ceph("forky", 7480),
  "ceph-18.2": ceph("trixie", 7490),
  "ceph-16.2": ceph("host", 7500),
  versitygw: { script: "versitygw", env: { VERSITYGW_PORT: "7510" }, port: 7510 },
  minio: { script: "minio", env: { MINIO_PORT: "7520" }, port: 7520 },
} as const satisfies Record<string, ServerEntry>;

export type ServerName = "embedded" | keyof typeof independentServers;

/** All names, the embedded server first. */
export const serverNames: readonly ServerName[] = [
  "embedded",
  ...(Object.keys(independentServers) as (keyof typeof independentServers)[]),
];

export const isServerName = (name: string): name is ServerName => (serverNames as readonly string[]).includes(name);

/**
 * Boots a server and resolves when it answers; what is missing is installed first, which takes a minute or two. A server
 * that runs already is used, and is left up by `down`. Rejects with the end of the script's log when it fails.
 */
export const bootServer = async (name: ServerName): Promise<BootedServer> => {
  if (name === "embedded") return { name, ...(await bootEmbedded()) };
  const entry = independentServers[name];
  const settings = await up(name, entry);
  const needed = (key: string): string => {
    const value = settings.get(key);
    if (!value) throw new Error(`${entry.script}-up.sh did not print ${key}`);
    return value;
  };
  const role = settings.get("STS_ROLE_ARN");
  const folder = settings.get("S3_FOLDER");
  return {
    name,
    endpoint: needed("S3_ENDPOINT"),
    accessKey: needed("AWS_ACCESS_KEY_ID"),
    secretKey: needed("AWS_SECRET_ACCESS_KEY"),
    region: needed("AWS_REGION"),
    bucket: needed("S3_BUCKET"),
    ...(entry.script === "rgw" && { domain: "s3.localhost" }),
    ...(folder && { folder }),
    ...(role && { sts: { endpoint: needed("STS_ENDPOINT"), roleArn: role } }),
    async down() {
      if (!started.delete(name)) return;
      await script(entry, "down");
    },
  };
};

/** Ends an independent server, whoever started it. */
export const endServer = async (name: keyof typeof independentServers): Promise<void> => {
  started.delete(name);
  await script(independentServers[name], "down");
};

const up = async (name: keyof typeof independentServers, entry: ServerEntry): Promise<Map<string, string>> => {
  const settings = new Map<string, string>();
  for (const line of (await script(entry, "up")).split("\n")) {
    const found = /^export (\w+)=(.*)$/.exec(line);
    if (found) settings.set(found[1] as string, found[2] as string);
  }
  if (settings.get("S3_SERVER_STARTED") === "yes") {
    if (started.size === 0) endWithProcess();
    started.add(name);
  }
  return settings;
};

/** Runs a script; gives what it printed. What it logs is shown only when it fails. */
const script = ({ script: name, env }: ServerEntry, verb: "up" | "down"): Promise<string> =>
  new Promise((resolve, reject) => {
    const child: ChildProcess = spawn("bash", [path(name, verb)], {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...env },
    });
    let printed = "";
    let log = "";
    child.stdout?.setEncoding("utf8").on("data", (text: string) => {
      printed += text;
    });
    child.stderr?.setEncoding("utf8").on("data", (text: string) => {
      log += text;
    });
    child.once("error", reject);
    child.once("close", (code, signal) => {
      if (code === 0) return resolve(printed);
      process.stderr.write(log);
      reject(new Error(`${name}-${verb}.sh ended with ${signal ?? `code ${code}`}: ${log.trim().split("\n").at(-1)}`));
    });
  });

const path = (name: string, verb: "up" | "down"): string => join(root, "dev", "servers", `${name}-${verb}.sh`);

/** Servers that this process started. */
const started = new Set<keyof typeof independentServers>();

/** The daemons have sessions of their own and would outlive this process. */
const endWithProcess = (): void => {
  const endAll = () => {
    for (const name of started) {
      const { script: which, env } = independentServers[name];
      spawnSync("bash", [path(which, "down")], { stdio: "ignore", env: { ...process.env, ...env } });
      started.delete(name);
    }
  };
  process.once("exit", endAll);
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.once(signal, () => process.exit(130));
};
