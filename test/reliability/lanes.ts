import type { Fault, ProxiedRequest } from "../../dev/fault-proxy";
import { randomFrom } from "../../dev/random";
import type { Core } from "../support/context";
import { type Runs, several } from "../support/several";
import type { Stage } from "./stage";

export interface Lane {
  core: Core;
  /** As the stage's store calls it. */
  bucket: string;
  /** Drawn from the seed of the run. */
  random(): number;
}

export interface Lanes {
  /** So many runs, each with a seed of its own that repeats it, side by side. */
  run<T>(count: number, work: (lane: Lane, seed: number) => Promise<T>): Promise<Runs<T>>;
  /** As the stage's store calls them. */
  readonly buckets: readonly string[];
  /** How many requests something befell. */
  readonly befallen: number;
  /** The lane that a bucket, as the server calls it, belongs to. */
  laneOf(bucket: string | undefined): Lane | undefined;
}

/**
 * Runs side by side that know nothing of one another: each has a bucket and a connection, and what befalls its requests is
 * drawn from its own seed.
 */
export const openLanes = async (
  { store, proxy, open, seed }: Stage,
  width: number,
  settings: Record<string, unknown>,
  befall: (request: ProxiedRequest, lane: Lane) => Fault | undefined,
): Promise<Lanes> => {
  const lanes: Lane[] = [];
  for (let at = 0; at < width; at++) {
    const bucket = `lane-${at}`;
    await store.createBucket(bucket);
    lanes.push({ bucket, core: open({ ...settings, bucket }), random: () => 0 });
  }
  const byBucket = new Map(lanes.map((lane) => [lane.core.context.bucket, lane]));
  const laneOf = (bucket: string | undefined) => byBucket.get(bucket ?? "");
  let befallen = 0;
  proxy.setPlan((request) => {
    const lane = laneOf(request.bucket);
    const fault = lane && befall(request, lane);
    if (fault) befallen++;
    return fault;
  });
  return {
    run: (count, work) =>
      several(
        count,
        seed,
        (one, at) => {
          const lane = lanes[at] as Lane;
          lane.random = randomFrom(one);
          return work(lane, one);
        },
        width,
      ),
    get befallen() {
      return befallen;
    },
    laneOf,
    buckets: lanes.map(({ bucket }) => bucket),
  };
};
