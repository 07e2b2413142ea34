import { type FaultProxy, type Plan, startFaultProxy } from "../../dev/fault-proxy";
import { startS3Server } from "../../dev/s3-server";
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
  open(): Stage;
}

/** A server behind a proxy, for many stages side by side, each with a bucket of its own. */
export const openHouse = async (): Promise<House> => {
  const server = await startS3Server({ logLimit: 1 });
  const plans = new Map<string, Plan>();
  const plan: Plan = (request) => plans.get(request.bucket ?? "")?.(request);
  const proxy = await startFaultProxy({ target: server.endpoint, plan, logLimit: 1 });
  let count = 0;
  return {
    proxy,
    async close() {
      await proxy.close();
      await server.close();
    },
    open() {
      const bucket = `stage-${++count}`;
      const core: Core = openCore({ ...server, endpoint: proxy.endpoint }, { bucket, maxAttempts: 2, timeout: 20 });
      let last = nothingMet;
      return {
        reset: () => server.createBucket(bucket),
        setVersioning: (status) => server.setVersioning(bucket, status),
        async run({ verb, values }, plan) {
          const { met, befalls } = meeting(plan, last);
          last = met;
          plans.set(bucket, befalls);
          try {
            const { result } = await core.run(verb, values);
            return { outcome: { result }, met };
          } catch (error) {
            const { code, message, result } = toS3Error(error, { operation: verb });
            return { outcome: { code, message, result }, met };
          } finally {
            plans.delete(bucket);
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
