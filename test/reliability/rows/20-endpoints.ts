import { subscribe, unsubscribe } from "node:diagnostics_channel";
import type { ClientRequest } from "node:http";
import { startS3Server } from "../../../dev/s3-server";
import { startNodeRed } from "../../secrets/node-red";
import type { Row } from "../row";
import { shown } from "../shown";

const linkLocal = "http://169.254.169.254/latest/meta-data/";

/** What may stand in a message, and lead elsewhere in another program. */
const baits = (host: string): Readonly<Record<string, unknown>> => ({
  endpoint: `http://${host}`,
  url: `http://${host}`,
  host,
  hostname: host,
  region: `x@${host}/`,
  stsEndpoint: linkLocal,
  connection: { endpoint: `http://${host}` },
  settings: { endpoint: linkLocal },
  s3: { endpoint: `http://${host}`, bucket: "elsewhere", region: "eu-west-1" },
});

const buckets = (host: string): string[] => [
  `http://${host}`,
  `//${host}/`,
  `${host}/`,
  `x@${host}`,
  `x?${host}`,
  `x#${host}`,
  `..`,
  `../${host}`,
  host,
  "169.254.169.254",
  "arn:aws:s3:eu-west-1:111122223333:accesspoint:elsewhere",
  "arn:aws:s3::111122223333:accesspoint:elsewhere.mrap",
  "arn:aws:s3-outposts:eu-west-1:111122223333:outpost:op-01:accesspoint:elsewhere",
  "elsewhere--use1-az4--x-s3",
  "bucket.s3.amazonaws.com",
  "elsewhere\r\nHost: elsewhere",
];

const work: Readonly<Record<string, object>> = {
  create: { path: "c" },
  delete: { path: ["a.txt", "b.txt"], ifMissing: "ignore" },
  download: { path: "a.txt", target: "/dev/null/never" },
  exist: { path: "a.txt" },
  list: { path: "/" },
  purge: { path: "none/", force: true },
  read: { path: "a.txt" },
  upload: { source: __filename, path: "up" },
  write: { path: "w", data: "x", overwrite: true },
};

export const row: Row = {
  number: 20,
  hazard: "an endpoint from a message, a link-local address",
  required: "endpoints come from the connection node alone: requests to another host: 0",
  async measure({ store }) {
    const { port } = new URL(store.endpoint);
    const bucket = store.bucketName("bucket");
    const other = await startS3Server({ buckets: ["bucket"] });
    const nodeRed = await startNodeRed();
    /** By its address, and by a name below which each bucket has one. */
    const endpoints = { auto: store.endpoint, never: `http://localhost:${port}` };
    const isOwn = (host: string): boolean =>
      host === "127.0.0.1" || host === "localhost" || /^[\w.-]+\.localhost$/.test(host);
    const strangers: string[] = [];
    let requests = 0;
    const watch = (message: unknown): void => {
      const { request } = message as { request: ClientRequest };
      requests++;
      const [name = "", at] = String(request.getHeader("host")).split(":");
      if (!isOwn(request.host) || !isOwn(name) || at !== port) strangers.push(`${request.host} ${name}`);
    };
    const bait = new URL(other.endpoint).host;
    let messages = 0;
    try {
      await store.put("bucket", "a.txt", "A");
      const at = { z: "tab", x: 0, y: 0, wires: [] };
      const inMessage = { bucket: "payload.bucket", bucketType: "msg" };
      const nodes = Object.keys(endpoints).flatMap((style) =>
        Object.keys(work).map((verb) => ({
          id: `${verb} ${style}`,
          ...at,
          type: `amazon-s3-${verb}`,
          connection: `s3 ${style}`,
          ...inMessage,
        })),
      );
      const shared = { type: "amazon-s3-config", maxAttempts: 1, timeout: 5, conditionalWrites: "trust" };
      const connections = Object.entries(endpoints).map(([pathStyle, endpoint]) => ({
        id: `s3 ${pathStyle}`,
        ...shared,
        endpoint,
        pathStyle,
      }));
      const { accessKey, secretKey, region } = store;
      const keys = { accessKey, secretKey, region, bucket };
      const credentials = Object.fromEntries(connections.map(({ id }) => [id, keys]));
      const flows = [{ id: "tab", type: "tab", label: "bait" }, ...connections, ...nodes];
      await nodeRed.tapped(() => nodeRed.deploy(flows, credentials));
      subscribe("http.client.request.start", watch);
      await nodeRed.tapped(async () => {
        for (const [verb, values] of Object.entries(work)) {
          for (const name of [bucket, ...buckets(bait)]) {
            const payload = { ...values, ...baits(bait), bucket: name };
            const sent = Object.keys(endpoints).map((style) =>
              nodeRed.send(`${verb} ${style}`, { ...baits(bait), payload: { ...payload } }),
            );
            messages += (await Promise.all(sent)).length;
          }
        }
      });
    } finally {
      unsubscribe("http.client.request.start", watch);
      await nodeRed.close();
      await other.close();
    }
    if (strangers.length === 0 && requests < messages / 10)
      throw new Error(`only ${requests} requests in ${messages} messages`);
    const told = strangers[0] ? `; ${strangers[0]}` : "";
    return {
      held: strangers.length + other.requests.length === 0,
      figure: `${strangers.length} of ${shown(requests)}, in ${shown(messages)} messages that name others${told}`,
    };
  },
  // Without the check of the bucket's name, none is asked either: the SDK refuses what would lead elsewhere.
  mutants: [
    {
      file: "src/node-red/operation-node.ts",
      from: "const context: Context = {\n        connection,",
      to: 'const context: Context = {\n        connection: require("../core/connection").createConnection({ ...connection.settings, endpoint: first.msg.endpoint }),',
    },
  ],
};
