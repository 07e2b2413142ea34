import { randomBytes } from "node:crypto";
import { type FaultProxy, startFaultProxy } from "../../dev/fault-proxy";
import { randomFrom } from "../../dev/random";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { bootServer, type ServerName } from "../../dev/servers/servers";
import { type Core, openCore } from "../support/context";
import { embeddedStore } from "../support/embedded-store";
import { remoteStore } from "../support/remote-store";
import type { Store } from "../support/store";
import type { Target } from "../support/target";

/** What a row is measured on: a server of its own, or buckets of its own on a server, with a proxy in front. */
export interface Stage {
  /** Fills the server and looks into it, past the proxy. It has an empty bucket, "bucket". */
  store: Store;
  /** Absent on any other server. */
  readonly embedded: S3Server | undefined;
  proxy: FaultProxy;
  /** The server as nodes see it: behind the proxy. */
  target: Target;
  /** Opens a connection through the proxy, which ends with the row. */
  open(settings?: Record<string, unknown>): Core;
  seed: number;
  /** Drawn from the seed. */
  random(): number;
  /** How many at this scale, of so many at full scale. */
  count(full: number, least?: number): number;
}

export interface Staging {
  server: ServerName;
  seed: number;
  scale: number;
}

const openStore = async (server: ServerName) => {
  const suffix = randomBytes(4).toString("hex");
  if (server === "embedded") {
    const embedded = await startS3Server({ logLimit: 1000 });
    return { embedded, store: embeddedStore(embedded, suffix), down: async () => {} };
  }
  const booted = await bootServer(server);
  return { store: remoteStore(booted, suffix), down: () => booted.down() };
};

/** Sets a stage, does the work on it, and leaves nothing behind. */
export const onStage = async <T>({ server, seed, scale }: Staging, work: (stage: Stage) => Promise<T>): Promise<T> => {
  const { store, embedded, down } = await openStore(server);
  const proxy = await startFaultProxy({ target: store.endpoint, logLimit: 1000 });
  const { accessKey, secretKey, region, bucketName } = store;
  const target: Target = { endpoint: proxy.endpoint, accessKey, secretKey, region, bucketName };
  const cores: Core[] = [];
  try {
    await store.createBucket("bucket");
    return await work({
      store,
      embedded,
      proxy,
      target,
      open(settings) {
        const core = openCore(target, settings);
        cores.push(core);
        return core;
      },
      seed,
      random: randomFrom(seed),
      count: (full, least = 1) => Math.max(least, Math.round(full * scale)),
    });
  } finally {
    await Promise.all(cores.map((core) => core.close()));
    await proxy.close();
    await store.close();
    await down();
  }
};
