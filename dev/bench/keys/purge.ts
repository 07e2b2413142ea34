import { medianOf } from "../transfer/measured";
import { peersFor } from "../transfer/peers";
import { type Bench, expectedOf, inTurns, lateOf, ratio, setPace, table, titleOf, whole } from "./in-turns";
import { type Lane, purgeLanes, type Told } from "./lanes";

/** Of AWS, for each prefix ("Optimizing Amazon S3 performance"). */
const cap = 3500;

/** Has a lane purge a bucket that is filled for it; what it leaves is an error, unless there is a rate that it may not exceed. */
const purgeOnce = async ({ store, layout, count }: Bench, lane: Lane, rate: number): Promise<Told> => {
  const bucket = await store.fill(count, rate, layout);
  const told = await lane.run(bucket);
  const left = await store.left(bucket);
  if (left > 0) throw new Error(`it left ${left} keys of ${count}`);
  const refused = (await store.refused?.()) ?? 0;
  await store.remove(bucket);
  return { ...told, refused };
};

const ofCap = (told: readonly Told[], count: number): string => {
  const share = Math.round((100 * count * 1000) / medianOf(told).wall / cap);
  return `${share} %, ${told[0]?.refused} refused`;
};

/** Purges buckets by all lanes, and by those that delete in batches with a cap too. */
export const purgeKeys = async (bench: Bench): Promise<string> => {
  const { name, store, home, count, rounds, layout } = bench;
  const lanes = purgeLanes(store, peersFor({ ...store, name, bucket: "" }, home));
  const expected = expectedOf(bench, "purge");
  const free = await inTurns(lanes, rounds, expected, (lane) => purgeOnce(bench, lane, 0));
  setPace(bench, "purge", lanes, free);
  // It counts the keys of DeleteObjects: the others delete one by one.
  const isCapped = store.refused !== undefined && layout === "flat" && count > cap;
  const inBatches = isCapped ? lanes.slice(0, 3) : [];
  const atOnce = (): number => 0;
  const capped = await inTurns(inBatches, 1, atOnce, (lane) => purgeOnce(bench, lane, cap));
  const rows = lanes.map(({ name }, at) => {
    const [told, slow] = [free[at], capped[at]];
    const more = isCapped ? [typeof slow === "object" ? ofCap(slow, count) : (slow ?? "")] : [];
    if (typeof told !== "object") return [name, told ?? "", "", "", "", "", ...more];
    const { wall, cpu, peak } = medianOf(told);
    const cells = [`${whole((count / wall) * 1000)}`, ratio(told, free[0]), `${(cpu / 1000).toFixed(2)} s`];
    return [name, ...cells, `${whole(peak)} MiB`, lateOf(told), ...more];
  });
  const head = ["keys a second", "speed", "CPU", "peak", "late, p99"];
  return table(titleOf("Purge", bench), isCapped ? [...head, `of a cap of ${whole(cap)}`] : head, rows);
};
