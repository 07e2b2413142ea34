/** listOnce: one listing of a bucket in a process of its own, which is loaded before the clock starts. */
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import { ListObjectsV2Command, paginateListObjectsV2 } from "@aws-sdk/client-s3";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import { createConnection } from "../../../src/core/connection";
import { connectionSettings } from "../../../src/core/connection-settings";
import { pages } from "../../../src/core/walk";
import { bareClient, type Store } from "../bare-client";
import { inChild, serveTask } from "../in-child";
import { type Cost, costAndDelayOf } from "../transfer/measured";

export interface Listing {
  /** By ours, by the AWS SDK, or the bytes of the pages alone, which nobody reads. */
  lane: "walk" | "SDK" | "bytes";
  store: Store & { bucket: string };
  /** So many times first, to warm up. */
  warmUp: number;
}

/** What it cost, and what it found. */
export interface Told extends Cost {
  count: number;
  /** Of all keys in their order: the same set is the same digest. */
  digest: string;
  /** The 99th percentile of how late the event loop was, in ms. */
  late: number;
}

export const listOnce = (listing: Listing): Promise<Told> => inChild(__filename, listing.lane, listing);

const byWalk = async (store: Listing["store"], each: (keys: readonly string[]) => void): Promise<void> => {
  const connection = createConnection(connectionSettings({ ...store }));
  const { signal } = new AbortController();
  const context = { connection, bucket: store.bucket, signal, progress() {}, workingDirectory: process.cwd() };
  for await (const { objects } of pages(context, { prefix: "" })) each(objects.map(({ key }) => key));
  await connection.close();
};

const bySdk = async (store: Listing["store"], each: (keys: readonly string[]) => void): Promise<void> => {
  const client = bareClient(store);
  for await (const { Contents = [] } of paginateListObjectsV2({ client }, { Bucket: store.bucket })) {
    each(Contents.map(({ Key = "" }) => Key));
  }
  client.destroy();
};

/** The SDK signs and sends; of an answer, nothing is looked for but the token. No listing page by page could take less. */
const byBytes = async (store: Listing["store"]): Promise<void> => {
  const inner = new NodeHttpHandler();
  let bytes = Buffer.alloc(0);
  const requestHandler = {
    async handle(...args: Parameters<NodeHttpHandler["handle"]>) {
      const answer = await inner.handle(...args);
      const chunks: Buffer[] = [];
      for await (const chunk of answer.response.body as Readable) chunks.push(chunk);
      bytes = Buffer.concat(chunks);
      answer.response.body = Readable.from([Buffer.from("<ListBucketResult/>")]);
      return answer;
    },
  };
  const client = bareClient(store, { requestHandler });
  const [begin, end] = ["<NextContinuationToken>", "</NextContinuationToken>"];
  let token: string | undefined;
  do {
    await client.send(new ListObjectsV2Command({ Bucket: store.bucket, ContinuationToken: token }));
    const from = bytes.indexOf(begin);
    token = from < 0 ? undefined : bytes.toString("utf8", from + begin.length, bytes.indexOf(end, from));
  } while (token);
  inner.destroy();
};

const lanes = { walk: byWalk, SDK: bySdk, bytes: byBytes };

const work = async ({ lane, store, warmUp }: Listing): Promise<Told> => {
  const list = lanes[lane];
  const hash = createHash("sha1");
  const digest = (keys: readonly string[]): void => {
    hash.update(keys.join("\n"));
    hash.update("\n");
  };
  // The digest is no part of a listing: it is made while it is warmed up, if at all.
  for (let round = 0; round < warmUp; round++) await list(store, round === 0 ? digest : () => {});
  let count = 0;
  const cost = await costAndDelayOf(() =>
    list(store, (keys) => {
      count += keys.length;
      if (warmUp === 0) digest(keys);
    }),
  );
  return { ...cost, count, digest: hash.digest("hex") };
};

serveTask(module, work);
