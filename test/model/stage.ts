import { Readable } from "node:stream";
import { type FaultProxy, type Plan, type ProxiedRequest, startFaultProxy } from "../../dev/fault-proxy";
import { startS3Server } from "../../dev/s3-server";
import { createGate } from "../../src/core/gate";
import { toS3Error } from "../../src/core/to-error";
import { type Core, openCore } from "../support/context";
import type { Objects } from "./bucket";
import { type Fault, type Met, meeting, nothingMet } from "./faults";
import type { Outcome } from "./judge";
import type { Wish } from "./wish";

/** A bucket in a real server, and a connection to it through faults. */
export interface Stage {
  /** Empties the bucket, without a request. */
  reset(): void;
  setVersioning(status: "Enabled" | "Suspended"): void;
  /** Runs an operation that meets the faults of a plan. */
  run(wish: Wish, plan: readonly Fault[]): Promise<{ outcome: Outcome; met: Met }>;
  /** All that lies in the bucket, seen without a request. */
  look(keys: Iterable<string>): Objects;
  close(): Promise<void>;
}

export interface House {
  proxy: FaultProxy;
  close(): Promise<void>;
  /** @param stalls whether requests stall */
  open(stalls: boolean): Stage;
}

/** In seconds. What stalls is waited for so long; no request takes so long by itself, however busy a machine is. */
const timeouts = { stalls: 6, usual: 20 };

/** So many operations with large objects go at a time: each has its bytes in memory several times. */
const fewLarge = 3;

/** A server behind a proxy, for many stages side by side, each with a bucket of its own. */
export const openHouse = async (): Promise<House> => {
  const server = await startS3Server({ logLimit: 1 });
  const plans = new Map<string, Plan>();
  const plan: Plan = (request) => plans.get(request.bucket ?? "")?.(request);
  const proxy = await startFaultProxy({ target: server.endpoint, plan, logLimit: 1 });
  const large = createGate(fewLarge);
  let count = 0;
  return {
    proxy,
    async close() {
      await proxy.close();
      await server.close();
    },
    open(stalls) {
      const bucket = `stage-${++count}`;
      const timeout = stalls ? timeouts.stalls : timeouts.usual;
      const core: Core = openCore({ ...server, endpoint: proxy.endpoint }, { bucket, maxAttempts: 2, timeout });
      let last = nothingMet;
      const sizeOf = ({ key = "", query }: ProxiedRequest): number =>
        server.get(bucket, key, query.versionId)?.body.length ?? 0;
      const run = async ({ verb, values }: Wish): Promise<Omit<Outcome, "left">> => {
        let part: Buffer | undefined;
        try {
          const { result, ended } = await core.run(verb, values);
          if (!(result instanceof Readable)) return { result };
          const chunks: Buffer[] = [];
          try {
            for await (const chunk of result) chunks.push(chunk);
            await ended;
          } finally {
            part = Buffer.concat(chunks);
          }
          return { result: part };
        } catch (error) {
          const { code, message, result } = toS3Error(error, { operation: verb });
          return { code, message, result, ...(part ? { part } : {}) };
        }
      };
      return {
        reset: () => server.createBucket(bucket),
        setVersioning: (status) => server.setVersioning(bucket, status),
        async run(wish, plan) {
          const { met, befalls } = meeting(plan, last, stalls, sizeOf);
          last = met;
          const open = server.uploads(bucket).length;
          const leave = wish.large ? await large.enter() : undefined;
          plans.set(bucket, befalls);
          try {
            const outcome = await run(wish);
            return { outcome: { ...outcome, left: server.uploads(bucket).length - open }, met };
          } finally {
            plans.delete(bucket);
            leave?.();
          }
        },
        look(keys) {
          const objects = new Map();
          for (const key of new Set([...keys, ...server.keys(bucket)])) {
            const versions = server.versions(bucket, key).map(({ versionId, deleteMarker }) => ({
              id: versionId,
              body: deleteMarker ? undefined : server.get(bucket, key, versionId)?.body,
            }));
            if (versions.length > 0) objects.set(key, versions);
          }
          return objects;
        },
        close: () => core.close(),
      };
    },
  };
};
