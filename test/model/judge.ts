import { type Bucket, type Change, versionsOf } from "./bucket";
import { isMade, sameVersions } from "./changed";
import type { Met } from "./faults";
import type { Wish } from "./wish";

/** How an operation ended. */
export interface Outcome {
  /** Of its error. */
  code?: string;
  message?: string;
  // biome-ignore lint/suspicious/noExplicitAny: results are whatever an operation makes of them
  result?: any;
  /** What came of a stream that broke off. */
  part?: Buffer;
  /** Uploads that it has left open. */
  left: number;
}

/** Errors that say nothing of the bucket: what a fault may end with, and nothing else may. */
const passing = new Set([
  "SlowDown",
  "InternalError",
  "ServiceUnavailable",
  "ECONNRESET",
  "EPIPE",
  "Timeout",
  "InvalidResponse",
]);

interface FailedOne {
  path: string;
  code?: string;
}

/** The entries of those that failed among many. */
const failedOf = ({ code, result }: Outcome): FailedOne[] => {
  if (code !== "PartialFailure") return [];
  const all: FailedOne[] = Array.isArray(result) ? result : result.failed;
  return all.filter((one) => one.code !== undefined);
};

/**
 * Compares what an operation said with what was wished, and with what has become of the bucket.
 * @throws Error if it said that it succeeded and it did not happen as asked, if it failed and half of it happened, or if it
 *   told what is not true
 */
export const judge = (before: Bucket, wish: Wish, outcome: Outcome, now: Bucket, met: Met): void => {
  const { verb, changes, codes = {}, sameBytes = [] } = wish;
  const ifTwice = met.twice > 0 ? (wish.ifTwice ?? {}) : {};
  const said = outcome.code ? `failed with ${outcome.code} (${outcome.message})` : "succeeded";
  const wrong = (what: string): Error => new Error(`${verb} ${said}: ${what}`);
  const failed = failedOf(outcome);
  const mistaken = sameBytes.length > 0 && met.doubts > 0;
  const partly = outcome.code === "PartialFailure" && (wish.code === undefined || wish.code === outcome.code);
  const asWished = outcome.code === wish.code || (partly && (met.count > 0 || ifTwice.codes !== undefined));
  if (!asWished) {
    const isPassing = (code: string): boolean => met.count > 0 && passing.has(code);
    const isTwice = ifTwice.code !== undefined && outcome.code === ifTwice.code;
    const excused = outcome.code === undefined ? mistaken : isPassing(outcome.code) || isTwice;
    if (!excused) throw wrong(`it should ${wish.code ? `fail with ${wish.code}` : "succeed"}`);
  }
  for (const { path, code = "" } of failed) {
    const isExcused = (met.count > 0 && passing.has(code)) || (code !== "" && code === ifTwice.codes);
    if (codes[path] !== code && !isExcused) throw wrong(`of ${path} it says ${code}`);
  }
  const told = new Map(failed.map(({ path, code }) => [path, code]));
  for (const [path, code] of Object.entries(codes)) {
    if (partly && !told.has(path) && !(mistaken && sameBytes.includes(path)))
      throw wrong(`of ${path} it does not say ${code}`);
  }
  if (outcome.part) wish.checkPart?.(outcome.part);
  if (outcome.left > met.uploads) throw wrong(`it left ${outcome.left} uploads open`);
  const also = ifTwice.also ?? [];
  const byKey = new Map<string, Change>([...also, ...changes].map((change) => [change.key, change]));
  for (const key of new Set([...before.objects.keys(), ...now.objects.keys(), ...byKey.keys()])) {
    const change = byKey.get(key);
    const versions = versionsOf(now, key);
    const same = sameVersions(versionsOf(before, key), versions);
    const made = change !== undefined && isMade(before, change, versions, wish.once ? 1 : 1 + met.doubts + met.twice);
    const open = !asWished || told.has(key) || mistaken || (change !== undefined && also.includes(change));
    if (change === undefined ? !same : open ? !same && !made : !made)
      throw wrong(`${JSON.stringify(key)} is ${same ? "as it was" : "neither as it was nor as it should be"}`);
  }
  if (outcome.code === undefined && !mistaken) wish.check?.({ result: outcome.result, now, twice: met.twice > 0 });
};
