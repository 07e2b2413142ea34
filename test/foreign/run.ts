// `npm run test:foreign [SERVER…] [CLIENT…]`: clients that know nothing of the product read what its nodes wrote, and
// write what they read, on the embedded server and on an independent one; and the AWS CLI at its defaults does what it
// can on the embedded server. A client is aws, s3cmd, rclone or defaults.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "should";
import { type BootedServer, bootServer, isServerName, type ServerName, serverNames } from "../../dev/servers/servers";
import { close, exitWith } from "../support/checks";
import { awsClient } from "./aws";
import { checkBytes } from "./check-bytes";
import { checkDefaults } from "./check-defaults";
import { checkDisk } from "./check-disk";
import { checkFolders } from "./check-folders";
import { checkKeys } from "./check-keys";
import { checkLabels } from "./check-labels";
import type { Client } from "./client";
import { installClients, type Programs } from "./install";
import { rcloneClient } from "./rclone";
import { s3cmdClient } from "./s3cmd";
import { onStage, type Stage } from "./stage";

type Check = (stage: Stage) => Promise<void>;

const everything: readonly Check[] = [checkBytes, checkLabels, checkKeys, checkFolders, checkDisk];

/** The clients for a server, and what each is to show. */
const lanesOf = (
  { aws, newestAws, s3cmd, rclone }: Programs,
  server: BootedServer,
  home: string,
): { client: Client; checks: readonly Check[] }[] => {
  const place = () => ({ server, home: mkdtempSync(join(home, "home-")) });
  return [
    { client: awsClient(newestAws.path, newestAws.version, place()), checks: everything },
    // From before checksums were a default: its bodies differ, its keys and folders do not. What it sends others without
    // checksums send too, to every server.
    ...(server.name === "embedded"
      ? [{ client: awsClient(aws.path, aws.version, place()), checks: [checkBytes, checkLabels] }]
      : []),
    { client: s3cmdClient(s3cmd.path, s3cmd.version, place()), checks: everything },
    {
      // as its documentation has it for each
      client: rcloneClient(rclone.path, rclone.version, server.name === "embedded" ? "Other" : "Ceph", place()),
      checks: everything,
    },
  ];
};

const kinds = ["aws", "s3cmd", "rclone", "defaults"] as const;
type Kind = (typeof kinds)[number];
const isKind = (text: string): text is Kind => (kinds as readonly string[]).includes(text);

const timed = async (name: string, run: () => Promise<void>): Promise<void> => {
  console.log(`\n${name}`);
  const start = Date.now();
  await run();
  console.log(`      ${Math.round((Date.now() - start) / 1000)} s`);
};

const tryOn = async (name: ServerName, wanted: readonly Kind[], programs: Programs, home: string): Promise<void> => {
  const server = await bootServer(name);
  try {
    for (const { client, checks } of lanesOf(programs, server, home)) {
      if (!wanted.includes(client.kind)) continue;
      await timed(`${client.name} on ${name}`, async () => {
        for (const one of checks) await onStage(client, server, home, one);
      });
    }
  } finally {
    await server.down();
  }
};

const main = async (): Promise<number> => {
  const args = process.argv.slice(2);
  const unknown = args.filter((name) => !isServerName(name) && !isKind(name));
  if (unknown.length > 0) {
    throw new Error(
      `${unknown.join(", ")}: neither a server (${serverNames.join(", ")}) nor one of ${kinds.join(", ")}`,
    );
  }
  const [servers, clients] = [args.filter(isServerName), args.filter(isKind)];
  const names = servers.length > 0 ? servers : (["embedded", "ceph-20.2"] as const);
  const wanted = clients.length > 0 ? clients : kinds;
  const programs = installClients();
  const home = mkdtempSync(join(tmpdir(), "node-red-contrib-amazon-s3-foreign-"));
  process.once("exit", () => rmSync(home, { recursive: true, force: true }));
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => process.exit(130));
  for (const name of names) {
    await tryOn(name, wanted, programs, home);
    if (name !== "embedded" || !wanted.includes("defaults")) continue;
    for (const scheme of ["http", "https"] as const) {
      await timed(`aws ${programs.newestAws.version} at its defaults over ${scheme}`, () =>
        checkDefaults(programs.newestAws, scheme, home),
      );
    }
  }
  return close();
};

// The pause before the product asks a server again does not keep a process alive. Without this, a server that goes away
// would end the suite in silence, and as a success.
setInterval(() => {}, 60_000);

exitWith(main());
