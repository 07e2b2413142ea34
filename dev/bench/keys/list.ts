import { medianOf } from "../transfer/measured";
import { peersFor } from "../transfer/peers";
import { type Bench, expectedOf, inTurns, lateOf, ratio, setPace, table, titleOf, whole } from "./in-turns";
import { type Lane, listLanes, type Told } from "./lanes";

/** The way to a store far away, there and back, in ms. */
const far = 80;

const pageSize = 1000;

const digestOf = ({ count, digest }: Told): string[] => (count && digest ? [digest] : []);

/** Lists one bucket by all lanes, near and far. All that tell their keys must have found the same. */
export const listKeys = async (bench: Bench): Promise<string> => {
  const { store, home, layout, count, rounds, name } = bench;
  const bucket = await store.fill(count, 0, layout);
  const checked = async (lane: Lane): Promise<Told> => {
    const told = await lane.run(bucket);
    if (told.count !== undefined && told.count > 0 && told.count !== count) {
      throw new Error(`it listed ${told.count} keys of ${count}`);
    }
    return told;
  };
  const lanes = listLanes(store, peersFor({ ...store, name, bucket }, home));
  const expected = expectedOf(bench, "list");
  const near = await inTurns(lanes, rounds, expected, checked);
  const digests = new Set(near.flatMap((told) => (typeof told === "string" ? [] : told.flatMap(digestOf))));
  if (digests.size !== 1) throw new Error(`${titleOf("List", bench)}: not the same keys`);
  setPace(bench, "list", lanes, near);
  const away = await store.far(far);
  const there = listLanes({ ...store, ...away }, peersFor({ ...store, ...away, name, bucket }, home));
  const pages = Math.ceil(count / pageSize);
  const wait = (lane: Lane): number => expected(lane) + (lane.isSerial ? pages * far : 0);
  const farther = await inTurns(there, count > pageSize ? 1 : rounds, wait, checked);
  await away.end();
  await store.remove(bucket);
  for (const told of farther) {
    if (typeof told === "object" && told.flatMap(digestOf).some((digest) => !digests.has(digest))) {
      throw new Error(`${titleOf("List", bench)}, from far: not the same keys`);
    }
  }
  const rows = lanes.map(({ name }, at) => {
    const [told, afar] = [near[at], farther[at]];
    const from = typeof afar === "object" ? `${whole(medianOf(afar).wall)} ms` : (afar ?? "");
    if (typeof told !== "object") return [name, told ?? "", "", "", "", "", from, ""];
    const { wall, cpu, peak } = medianOf(told);
    const rate = whole((count / cpu) * 1000);
    return [
      name,
      `${whole(wall)} ms`,
      ratio(told, near[0]),
      rate,
      `${whole(peak)} MiB`,
      lateOf(told),
      from,
      ratio(afar, farther[0]),
    ];
  });
  return table(
    titleOf("List", bench),
    ["wall", "speed", "keys a second of CPU", "peak", "late, p99", `with ${far} ms`, "speed"],
    rows,
  );
};
