/** startKeyStore: a server by name that is filled with keys; the embedded one in a process of its own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CreateBucketCommand, DeleteBucketCommand } from "@aws-sdk/client-s3";
import { bootServer, type ServerName } from "../../servers/servers";
import { bareClient, type Store } from "../bare-client";
import { startLine } from "../lines";
import { listOnce } from "../list/once";
import { runPurge } from "../purge/child";
import { type PurgeServer, startPurgeServer } from "../purge/server";
import { emptyBucket, fillBucket } from "./fill";
import { layouts } from "./layouts";

export interface KeyStore extends Store, Pick<PurgeServer, "fill"> {
  /** It is filled in less time than it is purged. */
  readonly fillsFast: boolean;
  /** Keys that are left in a bucket. */
  left(bucket: string): Promise<number>;
  /** Requests that were refused since the bucket was filled; of the embedded server alone. */
  refused?(): Promise<number>;
  /** Has it answer as from far: gives where it answers so, and ends it. */
  far(latency: number): Promise<{ endpoint: string; end(): Promise<unknown> }>;
  /** Deletes a bucket, with what is left in it. */
  remove(bucket: string): Promise<void>;
  close(): Promise<void>;
}

const remove =
  (store: Store) =>
  async (bucket: string): Promise<void> => {
    await runPurge({ store, bucket });
    const client = bareClient(store);
    await client.send(new DeleteBucketCommand({ Bucket: bucket }));
    client.destroy();
  };

const embedded = async (): Promise<KeyStore> => {
  const server = await startPurgeServer();
  return {
    ...server,
    fillsFast: true,
    left: async () => (await server.asked()).left,
    refused: async () => (await server.asked()).refused,
    async far(latency) {
      await server.setLatency(latency);
      return { endpoint: server.endpoint, end: () => server.setLatency(0) };
    },
    remove: remove(server),
    close: async () => server.close(),
  };
};

const independent = async (name: ServerName): Promise<KeyStore> => {
  const booted = await bootServer(name);
  const { endpoint, accessKey, secretKey, region } = booted;
  const client = bareClient(booted);
  const home = await mkdtemp(join(tmpdir(), "keys-"));
  let round = 0;
  return {
    ...{ endpoint, accessKey, secretKey, region },
    fillsFast: booted.folder !== undefined,
    async fill(keys, rate, layout = "flat") {
      if (rate > 0) throw new Error(`${name} has no rate that could be set`);
      const bucket = `keys-${process.pid}-${++round}`;
      await client.send(new CreateBucketCommand({ Bucket: bucket }));
      await fillBucket({ ...booted, bucket }, home, layouts[layout](keys));
      return bucket;
    },
    async left(bucket) {
      const { count } = await listOnce({ lane: "SDK", store: { ...booted, bucket }, warmUp: 0 });
      return count;
    },
    async far(latency) {
      const line = await startLine(endpoint, { rate: 1e9, latency: latency / 2 });
      return { endpoint: line.endpoint, end: async () => line.close() };
    },
    async remove(bucket) {
      if (booted.folder) await emptyBucket({ ...booted, bucket }, booted.folder);
      await remove({ endpoint, accessKey, secretKey, region })(bucket);
    },
    async close() {
      client.destroy();
      await rm(home, { recursive: true });
      await booted.down();
    },
  };
};

export const startKeyStore = (name: ServerName): Promise<KeyStore> =>
  name === "embedded" ? embedded() : independent(name);
