import { S3Error } from "./error";

/** Keys, and when they end. */
export interface Identity {
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  expiration?: Date;
}

/** Keys that are got once for all requests, and anew before they end. */
export interface KeptKeys {
  /** Those to sign with now. Rejects as the place that they come from does, where there are none that are still good. */
  get(): Promise<Identity>;
  /** Another number after each change of them. */
  readonly generation: number;
  /** The store does not take them any more: the next request asks for others. Not twice in ten seconds: then false. */
  drop(): boolean;
}

/** So long before they end, keys are got anew, in ms; of those that live shorter, in the last third. */
const early = 300_000;

/** So long before they end, requests wait for the new ones: those that leave now may arrive too late. */
const late = 10_000;

/** The time from one vain attempt to the next, in ms, while the old ones are still good. */
const again = 10_000;

/** Rejects with Timeout when it takes longer than so many ms. */
const within = async <T>(work: Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const end = new Promise<never>((_resolve, reject) => {
    const why = `no keys came within ${ms / 1000} s from where the connection has them from`;
    timer = setTimeout(() => reject(new S3Error("Timeout", why)), Math.min(ms, 0x7fffffff));
  });
  return Promise.race([work, end]).finally(() => clearTimeout(timer));
};

/**
 * @param fetch asks for keys anew
 * @param failed is told that none were got, and until when the old ones are good, where they are
 * @param limit so many ms is waited for `fetch`, which may never end; what it gives later is left
 */
export const keepKeys = (
  fetch: () => Promise<Identity>,
  failed: (error: unknown, until: Date | undefined) => void,
  limit: number,
): KeptKeys => {
  let kept: Identity | undefined;
  /** When new ones are asked for, and when they are waited for. */
  let [renewAt, waitAt] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let fetching: Promise<Identity> | undefined;
  let generation = 0;
  let droppedAt = Number.NEGATIVE_INFINITY;
  const keep = (identity: Identity): Identity => {
    kept = identity;
    generation++;
    const end = identity.expiration?.getTime() ?? Number.POSITIVE_INFINITY;
    const life = Math.max(0, end - Date.now());
    renewAt = end - Math.min(early, life / 3);
    waitAt = end - Math.min(late, life / 10);
    return identity;
  };
  /** Those that are still good, when new ones cannot be had. */
  const old = (): Identity | undefined =>
    kept && Date.now() < (kept.expiration?.getTime() ?? Number.POSITIVE_INFINITY) ? kept : undefined;
  const renew = (): Promise<Identity> => {
    fetching ??= within(fetch(), limit)
      .then(keep, (error: unknown) => {
        const good = old();
        failed(error, good?.expiration);
        if (!good) throw error;
        renewAt = Date.now() + again;
        waitAt = Math.min(Math.max(waitAt, renewAt), good.expiration?.getTime() ?? renewAt);
        return good;
      })
      .finally(() => {
        fetching = undefined;
      });
    return fetching;
  };
  return {
    get generation() {
      return generation;
    },
    async get() {
      const now = Date.now();
      if (kept === undefined || now >= waitAt) return renew();
      // That it fails is told where it is known, and the next requests ask again.
      if (now >= renewAt) renew().catch(() => {});
      return kept;
    },
    drop() {
      if (kept === undefined || Date.now() - droppedAt < again) return false;
      droppedAt = Date.now();
      kept = undefined;
      generation++;
      return true;
    },
  };
};
