import { numbered } from "../support/keys";
import type { Stage } from "./stage";

/** A purge begins with so many at a time, and each of them is refused twice. */
const [start, refusals] = [4, 8];

/**
 * So many that come after the refused ones have come once more tell how many are under way at a time: with a width of one, two at
 * most by then, and as many as at first where nothing was halved, also if all of them come at once.
 */
const looked = 4;

/** How long requests take, in ms: until then so long that all that are under way are there before one of them is over. */
const [slow, quick] = [1000, 400];

/** Requests under way at a time. */
export interface Pace {
  first: number;
  /** After the store has asked to slow down. */
  halved: number;
  /** At most, once it takes everything. */
  grown: number;
}

/** Has a store throttle the first requests of a purge, and looks at how many it is asked at a time. */
export const paceOf = async ({ store, proxy, open }: Stage): Promise<Pace> => {
  await store.createBucket("paced");
  await store.seed("paced", numbered(20_000, "logs/"));
  const after = refusals + start;
  const ends: number[] = [];
  /** As each request came, itself included. */
  const widths: number[] = [];
  proxy.setPlan(({ operation }) => {
    if (operation !== "DeleteObjects") return undefined;
    const [at, now] = [ends.length, performance.now()];
    const delay = at < after + looked ? slow : quick;
    ends.push(now + delay);
    widths.push(ends.filter((end) => end > now).length);
    return at < refusals ? { delay, error: "SlowDown" } : { delay };
  });
  await open({ bucket: "paced" }).run("purge", { path: "logs/", force: true });
  proxy.setPlan(undefined);
  const most = (from: number, to?: number): number => Math.max(...widths.slice(from, to));
  return { first: most(0, start), halved: most(after, after + looked), grown: most(after + looked) };
};
