import fc from "fast-check";
import { setVersioning } from "./set-versioning";
import type { House, Stage } from "./stage";
import type { Model } from "./step";
import { exist, list, listVersions, purge, removeMany, writeMany } from "./steps-of-many";
import { create, read, remove, write, writeInParts } from "./steps-of-one";

/** Operations of a sequence, at most. */
const longest = 10;

/** What repeats a sequence: the seed, the path to it, and that to the operations of it that ran. */
export interface Replay {
  seed: number;
  path?: string | undefined;
  steps?: string | undefined;
}

export interface Report {
  /** How operations ended. */
  ends: string[];
  /** What went wrong, and how to repeat it. */
  failure?: string;
}

/** Few are written in parts, which have megabytes: they would take all of the time. */
const writeOfAnySize = fc.oneof({ weight: 40, arbitrary: write }, { weight: 1, arbitrary: writeInParts });

const all = [
  create,
  write,
  writeOfAnySize,
  read,
  remove,
  exist,
  writeMany,
  removeMany,
  list,
  listVersions,
  purge,
  setVersioning,
];

const steps = (replayPath: string | undefined) =>
  fc.commands<Model, Stage, false>(all, {
    maxCommands: longest,
    size: "max",
    ...(replayPath === undefined ? {} : { replayPath }),
  });

/** Whether requests stall in the sequences of a seed: in a tenth, since they take their time. */
export const hasStalls = (seed: number): boolean => seed % 10 === 0;

/** Runs sequences one after the other, from a seed; the first that fails is made as short as can be. */
export const runSequences = async (
  house: House,
  count: number,
  { seed, path, steps: replayPath }: Replay,
): Promise<Report> => {
  const stage = house.open(hasStalls(seed));
  const ends: string[] = [];
  const property = fc.asyncProperty(steps(replayPath), (sequence) =>
    fc.asyncModelRun(() => {
      stage.reset();
      const model: Model = { bucket: { versioning: "off", objects: new Map() }, ends };
      return { model, real: stage };
    }, sequence as never),
  );
  try {
    const details = await fc.check(property, { seed, numRuns: count, ...(path === undefined ? {} : { path }) });
    if (!details.failed) return { ends };
    const { errorInstance: error } = details;
    return { ends, failure: `${error instanceof Error ? error.message : error}\n${fc.defaultReportMessage(details)}` };
  } finally {
    await stage.close();
  }
};
