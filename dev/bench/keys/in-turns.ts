/** What listing and purging have in common: lanes in turns, and tables of what they cost. */
import type { ServerName } from "../../servers/servers";
import { median } from "../median";
import { medianOf } from "../transfer/measured";
import type { Lane, Told } from "./lanes";
import type { Layout } from "./layouts";
import type { KeyStore } from "./stores";

/** A lane is left out where it would take longer for one run, by what it took for fewer keys, in ms. */
const longest = 120_000;

/** What the runs of a lane told, or why there was none. */
export type Runs = Told[] | string;

export interface Bench {
  name: ServerName;
  store: KeyStore;
  home: string;
  layout: Layout;
  count: number;
  rounds: number;
  /** ms a lane has taken for a key, where it ran with fewer. */
  pace: Map<string, number>;
}

const say = (text: string): void => {
  process.stderr.write(`${text}\n`);
};

const tooLong = (expected: number): string | undefined =>
  expected > longest ? `– (over ${Math.round(expected / 1000)} s)` : undefined;

/** In turns, each round beginning with another; what would take too long is left out. */
export const inTurns = async (
  lanes: readonly Lane[],
  rounds: number,
  expected: (lane: Lane) => number,
  run: (lane: Lane) => Promise<Told>,
): Promise<Runs[]> => {
  const runs = lanes.map((lane): Runs => tooLong(expected(lane)) ?? []);
  for (let round = 0; round < rounds; round++) {
    for (let turn = 0; turn < lanes.length; turn++) {
      const at = (turn + round) % lanes.length;
      const [lane, told] = [lanes[at] as Lane, runs[at]];
      if (typeof told === "string") continue;
      try {
        told?.push(await run(lane));
      } catch (error) {
        say(`${lane.name}: ${(error as Error).message}`);
        runs[at] = "failed";
      }
    }
  }
  return runs;
};

/** Remembers what they took for each key. */
export const setPace = ({ pace, count }: Bench, verb: string, lanes: readonly Lane[], runs: readonly Runs[]): void =>
  lanes.forEach(({ name }, at) => {
    const told = runs[at];
    if (typeof told === "object") pace.set(`${verb} ${name}`, medianOf(told).wall / count);
  });

/** What a run of a lane will take, in ms; 0 where that is not known. */
export const expectedOf =
  ({ pace, count }: Bench, verb: string) =>
  ({ name }: Lane): number =>
    (pace.get(`${verb} ${name}`) ?? 0) * count;

export const whole = (count: number): string => Math.round(count).toLocaleString("en");
export const table = (title: string, head: readonly string[], rows: readonly (readonly string[])[]): string =>
  [
    ...[`### ${title}`, ""],
    ...[["", ...head], ["---", ...head.map(() => "---:")], ...rows].map((cells) => `| ${cells.join(" | ")} |`),
  ].join("\n");

export const ratio = (own: Runs | undefined, first: Runs | undefined): string =>
  typeof own === "object" && typeof first === "object" ? (medianOf(first).wall / medianOf(own).wall).toFixed(2) : "";
export const lateOf = (told: readonly Told[]): string =>
  told[0]?.late === undefined ? "" : `${median(told.map(({ late = 0 }) => late)).toFixed(1)} ms`;

export const titleOf = (verb: string, { name, layout, count }: Bench): string =>
  `${verb} ${whole(count)} keys, ${layout === "flat" ? "in one folder" : "in folders of 1,000"}, ${name}`;
