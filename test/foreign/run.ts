// `npm run test:foreign [SERVER…]`: clients that know nothing of the product read what its nodes wrote, and write what
// they read, on the embedded server and on an independent one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "should";
import { type BootedServer, bootServer, isServerName, type ServerName, serverNames } from "../../dev/servers/servers";
import { close } from "../support/checks";
import { awsClient } from "./aws";
import { checkBytes } from "./check-bytes";
import { checkFolders } from "./check-folders";
import { checkKeys } from "./check-keys";
import { checkLabels } from "./check-labels";
import type { Client } from "./client";
import { installClients, type Programs } from "./install";
import { rcloneClient } from "./rclone";
import { s3cmdClient } from "./s3cmd";
import { onStage } from "./stage";

/** On the embedded server also the newest AWS CLI, whose checksums are a default. rclone knows Ceph by its name. */
const clientsOf = ({ aws, newestAws, s3cmd, rclone }: Programs, server: BootedServer, home: string): Client[] => {
  const place = () => ({ server, home: mkdtempSync(join(home, "home-")) });
  return [
    awsClient(aws.path, aws.version, place()),
    ...(server.name === "embedded" ? [awsClient(newestAws.path, newestAws.version, place())] : []),
    s3cmdClient(s3cmd.path, s3cmd.version, place()),
    rcloneClient(rclone.path, rclone.version, server.name.startsWith("ceph") ? "Ceph" : "Other", place()),
  ];
};

const tryOn = async (name: ServerName, programs: Programs, home: string): Promise<void> => {
  const server = await bootServer(name);
  try {
    for (const client of clientsOf(programs, server, home)) {
      console.log(`\n${client.name} on ${name}`);
      for (const checks of [checkBytes, checkLabels, checkKeys, checkFolders])
        await onStage(client, server, home, checks);
    }
  } finally {
    await server.down();
  }
};

const main = async (): Promise<number> => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.filter((name) => !isServerName(name));
  if (unknown.length > 0) throw new Error(`${unknown.join(", ")}: no such server; there are ${serverNames.join(", ")}`);
  const names = wanted.length > 0 ? wanted.filter(isServerName) : (["embedded", "ceph-20.2"] as const);
  const programs = installClients();
  const home = mkdtempSync(join(tmpdir(), "node-red-contrib-amazon-s3-foreign-"));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  for (const name of names) await tryOn(name, programs, home);
  return close();
};

main().then(
  (code) => process.exit(code),
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
