import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Fault as Befalls, ProxiedRequest } from "../../dev/fault-proxy";

/** What may befall a request. After the last five, whoever asked cannot know whether it was carried out. */
export const faults = {
  none: undefined,
  delay: { delay: 3, delayAfter: 3 },
  "slow down": { error: "SlowDown" },
  "fault after": { error: { code: "InternalError", status: 500 }, handle: true },
  reset: { reset: true },
  drop: { drop: true },
  cut: { cut: 20 },
  page: { handle: false, headers: { "content-type": "text/html" }, body: "<html>Please sign in</html>" },
} satisfies Record<string, Befalls | undefined>;
export type Fault = keyof typeof faults;

const doubts = new Set<Fault>(["fault after", "reset", "drop", "cut", "page"]);

/** So many faults make a plan: that of a request is taken in turn, the first one by what it asks for. */
const planned = 6;

const [none, ...others] = Object.keys(faults) as Fault[];
const calm = fc.constant(none as Fault);
const anyFault = fc.oneof({ withCrossShrink: true }, { weight: 3, arbitrary: calm }, fc.constantFrom(...others));

/** The faults that one operation meets; every second one meets none. */
export const plans: fc.Arbitrary<readonly Fault[]> = fc.oneof(
  { withCrossShrink: true },
  fc.constant([]),
  fc.array(anyFault, { minLength: planned, maxLength: planned }),
);

/** What an operation met. */
export interface Met {
  /** Faults that a client sees. */
  count: number;
  /** Of these, those that leave open whether the request was carried out. */
  doubts: number;
  /** Answers that were cut off. */
  cuts: number;
}

export const nothingMet: Met = { count: 0, doubts: 0, cuts: 0 };

/**
 * The requests of one operation, each with its fault of the plan, in whatever order they arrive.
 * @param before what the operation before it met: a connection that is cut behind a whole answer is missed by the next one
 */
export const meeting = (plan: readonly Fault[], before: Met) => {
  const met: Met = { count: before.cuts, doubts: before.cuts, cuts: 0 };
  const asked = new Map<string, number>();
  const befalls = ({ operation, key = "" }: ProxiedRequest): Befalls | undefined => {
    if (plan.length === 0) return undefined;
    const what = `${operation} ${key}`;
    const turn = asked.get(what) ?? 0;
    asked.set(what, turn + 1);
    const first = createHash("md5").update(what).digest().readUInt16LE();
    const fault = plan[(first + turn) % plan.length] as Fault;
    if (fault !== "none" && fault !== "delay") met.count++;
    if (doubts.has(fault)) met.doubts++;
    if (fault === "cut") met.cuts++;
    return faults[fault];
  };
  return { met, befalls };
};
