import { median } from "./median";

/** One measured way to do something. */
export interface Lane {
  name: string;
  /** Does it once. */
  run(round: number): Promise<void>;
}

/** What was measured of a lane. */
export interface Measured {
  name: string;
  /** Median wall time of one run, in ms. */
  wall: number;
  /** Median CPU time of this process for one run, in ms. */
  cpu: number;
}

/**
 * Runs the lanes in turns, each round in another order, so that whatever else the machine does falls on all of them.
 * The first rounds only warm up.
 */
export const interleave = async (lanes: readonly Lane[], rounds: number, warmUp: number): Promise<Measured[]> => {
  const wall = lanes.map((): number[] => []);
  const cpu = lanes.map((): number[] => []);
  for (let round = -warmUp; round < rounds; round++) {
    for (let turn = 0; turn < lanes.length; turn++) {
      const at = (turn + Math.abs(round)) % lanes.length;
      const before = process.cpuUsage();
      const start = process.hrtime.bigint();
      await (lanes[at] as Lane).run(round);
      const took = Number(process.hrtime.bigint() - start) / 1e6;
      const { user, system } = process.cpuUsage(before);
      if (round < 0) continue;
      wall[at]?.push(took);
      cpu[at]?.push((user + system) / 1000);
    }
  }
  return lanes.map(({ name }, at) => ({ name, wall: median(wall[at] ?? []), cpu: median(cpu[at] ?? []) }));
};
