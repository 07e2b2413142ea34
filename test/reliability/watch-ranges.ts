import type { ProxiedRequest } from "../../dev/fault-proxy";
import type { Store } from "../support/store";

/** Looks at whether the requests for the rest of an object ask for the one that was begun. */
export interface WatchedRanges {
  /** Puts objects, and keeps their ETags. */
  put: Store["put"];
  /** Is told of each request. */
  came(request: ProxiedRequest): void;
  /** Requests for a range of an object of which something was asked for before. */
  readonly further: number;
  /** Those of them without If-Match, or with that of another object. */
  readonly unbound: number;
}

const plain = (etag: unknown): string => String(etag).replaceAll('"', "");

/** @param store in which each key is put once before it is asked for */
export const watchRanges = (store: Pick<Store, "put">): WatchedRanges => {
  const etags = new Map<string, string>();
  const begun = new Set<string>();
  let [further, unbound] = [0, 0];
  return {
    async put(bucket, key, body, options) {
      const told = await store.put(bucket, key, body, options);
      // What takes its place is not what was begun.
      if (!etags.has(key)) etags.set(key, plain(told.etag));
      return told;
    },
    came({ operation, key = "", headers }) {
      if (operation !== "GetObject") return;
      if (begun.has(key) && headers.range !== undefined) {
        further++;
        if (plain(headers["if-match"]) !== etags.get(key)) unbound++;
      }
      begun.add(key);
    },
    get further() {
      return further;
    },
    get unbound() {
      return unbound;
    },
  };
};
