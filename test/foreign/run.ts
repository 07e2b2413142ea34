// `npm run test:foreign [SERVER…] [CLIENT…]`: clients that know nothing of the product read what its nodes wrote, and
// write what they read, on the embedded server and on an independent one; and the AWS CLI at its defaults does what it
// can on the embedded server. A client is aws, s3cmd, rclone or defaults.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import "should";
import { type BootedServer, bootServer, isServerName, serverNames } from "../../dev/servers/servers";
import { close, exitWith, inLane } from "../support/checks";
import { sideBySide } from "../support/side-by-side";
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
const clientsFor = (
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

type Lane = readonly [name: string, run: () => Promise<void>];

/** What is to be shown on servers, a lane for each client on each, those that take longest first. */
const lanesOn = (
  servers: readonly BootedServer[],
  wanted: readonly Kind[],
  programs: Programs,
  home: string,
): readonly Lane[] => {
  // The gateway of Ceph answers slower than the embedded server.
  const slowestFirst = [...servers].sort(
    (one, two) => Number(one.name === "embedded") - Number(two.name === "embedded"),
  );
  const clients = slowestFirst.flatMap((server) =>
    clientsFor(programs, server, home)
      .filter(({ client }) => wanted.includes(client.kind))
      .map(
        ({ client, checks }): Lane => [
          `${client.name} on ${server.name}`,
          async () => {
            for (const one of checks) await onStage(client, server, home, one);
          },
        ],
      ),
  );
  if (!wanted.includes("defaults") || !servers.some(({ name }) => name === "embedded")) return clients;
  const defaults = (["http", "https"] as const).map(
    (scheme): Lane => [
      `aws ${programs.newestAws.version} at its defaults over ${scheme}`,
      () => checkDefaults(programs.newestAws, scheme, home),
    ],
  );
  return [...clients, ...defaults];
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
  const booted: BootedServer[] = [];
  try {
    for (const name of names) booted.push(await bootServer(name));
    // Most of it is the start of clients that run on one core each.
    await sideBySide(2, lanesOn(booted, wanted, programs, home), ([name, run]) => inLane(name, run));
  } finally {
    for (const server of booted) await server.down();
  }
  return close();
};

// The pause before the product asks a server again does not keep a process alive. Without this, a server that goes away
// would end the suite in silence, and as a success.
setInterval(() => {}, 60_000);

exitWith(main());
