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
  /**
   * The store does not take them, and the next request waits for others; these go on where none can be had. It may be but
   * one bucket that does not: then false, for ten seconds, and for minutes when it does not take the others either.
   */
  drop(): boolean;
}

/** So long before they end, keys are got anew, in ms; of those that live shorter, in the last third. */
const early = 300_000;

/** So long before they end, requests wait for the new ones: those that leave now may arrive too late. */
const late = 10_000;

/** The time from one vain attempt to the next, in ms, while the old ones are still good. */
const again = 10_000;

/** Rejects with Timeout when it takes longer than so many ms, and aborts the signal of the work. */
const within = async <T>(work: (givenUp: AbortSignal) => Promise<T>, ms: number): Promise<T> => {
  let timer: NodeJS.Timeout | undefined;
  const ending = new AbortController();
  const end = new Promise<never>((_resolve, reject) => {
    const why = `the place that the keys come from gave none within ${ms / 1000} s. Check it, or raise Timeout in the connection.`;
    timer = setTimeout(() => {
      const error = new S3Error("Timeout", why);
      ending.abort(error);
      reject(error);
    }, ms);
  });
  return Promise.race([work(ending.signal), end]).finally(() => clearTimeout(timer));
};

/** Keys that live shorter, in ms, are over by a clock that is wrong: nobody gives such. */
const shortest = 1000;

/** So long after they were dropped, keys are not dropped again, in ms: the first time, the second, and each time then. */
const waits = [again, 60_000, 300_000];

/**
 * @param fetch asks for keys anew; its signal is aborted when it is not waited for any more
 * @param failed is told that none were got, and until when the old ones are good, in ms since 1970, where they are
 * @param limit so many ms is waited for `fetch`, which may never end; what it gives later is left
 */
export const keepKeys = (
  fetch: (givenUp: AbortSignal) => Promise<Identity>,
  failed: (error: unknown, until: number | undefined) => void,
  limit: number,
): KeptKeys => {
  let kept: Identity | undefined;
  /** When new ones are asked for, and when they are waited for. */
  let [renewAt, waitAt] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  let fetching: Promise<Identity> | undefined;
  let generation = 0;
  let droppedAt = Number.NEGATIVE_INFINITY;
  /** How often they were dropped one soon after the other, as an index of `waits`. */
  let drops = 0;
  const endOf = ({ expiration }: Identity): number => expiration?.getTime() ?? Number.POSITIVE_INFINITY;
  const keep = (identity: Identity): Identity => {
    kept = identity;
    generation++;
    const now = Date.now();
    const end = endOf(identity);
    const life = Math.max(0, end - now);
    renewAt = end - Math.min(early, life / 3);
    waitAt = end - Math.min(late, life / 10);
    // The store's clock decides; by this one, each request would ask for others.
    if (life < shortest) renewAt = waitAt = now + again;
    return identity;
  };
  /** Those that are still good, when new ones cannot be had. */
  const old = (): Identity | undefined => (kept && Date.now() < endOf(kept) ? kept : undefined);
  const renew = (): Promise<Identity> => {
    fetching ??= within(fetch, limit)
      .then(keep, (error: unknown) => {
        const good = old();
        failed(error, good && endOf(good));
        if (!good) throw error;
        renewAt = Date.now() + again;
        // As late as may be: who waits for a place that fails waits in vain.
        waitAt = Math.min(Math.max(endOf(good) - late, renewAt), endOf(good));
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
      const now = Date.now();
      const since = now - droppedAt;
      if (kept === undefined || since < (waits[drops] ?? 0)) return false;
      const last = waits.length - 1;
      drops = since > 2 * (waits[last] ?? 0) ? 0 : Math.min(drops + 1, last);
      droppedAt = now;
      renewAt = waitAt = 0;
      generation++;
      return true;
    },
  };
};
