import { setImmediate as nextTurn } from "node:timers/promises";
import type { ProxiedRequest } from "../../dev/fault-proxy";
import type { Core } from "../support/context";

/** Until what has left has arrived, in the same process. */
const arrived = async (): Promise<void> => {
  for (let turn = 0; turn < 20; turn++) await nextTurn();
};

/** Looks at which requests of a connection come when it closes, and when it has closed. */
export interface WatchedClose {
  /** Is told of each of its requests, for whatever they are, as it arrives. */
  came(request: Pick<ProxiedRequest, "operation">): void;
  /** Closes it; gives how long that took, in ms. */
  close(core: Pick<Core, "close">): Promise<number>;
  /** How many came when it had closed, or while it did and clear nothing up. */
  readonly late: number;
}

export const watchClose = (): WatchedClose => {
  let phase: "open" | "closing" | "closed" = "open";
  let late = 0;
  return {
    came({ operation }) {
      if (phase === "closed" || (phase === "closing" && operation !== "AbortMultipartUpload")) late++;
    },
    async close(core) {
      const start = performance.now();
      const closing = core.close().then(() => performance.now() - start);
      await arrived();
      phase = "closing";
      const ms = await closing;
      await arrived();
      phase = "closed";
      return ms;
    },
    get late() {
      return late;
    },
  };
};
