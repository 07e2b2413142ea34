import { setTimeout as pause } from "node:timers/promises";
import type { Attempts } from "./attempts";
import type { Context } from "./operation";
import { type Expected, isOurs } from "./ownership";
import { isUnproven } from "./proof";
import { codeOf, statusOf } from "./to-error";

/** S3 and its kin answer like this while another conditional write to the same key is under way. */
const busy = new Set(["ConditionalRequestConflict", "ConcurrentModification", "OperationAborted"]);

/** How often a write that met another one is tried. */
const rounds = 12;

/** How often one is tried that is answered without a proof, and that nobody may look at. */
const unprovenRounds = 3;

/** What the answer to a write tells. */
export interface Answer {
  ETag?: string | undefined;
  VersionId?: string | undefined;
  $metadata: { requestId?: string | undefined };
}

/** The object is there already, so that the conditional write did nothing. */
export const refused = Symbol("refused");

/**
 * Sends a write with `If-None-Match: *` (UserGuide/conditional-writes).
 * @param send sends it once, retries of the SDK included, and tells of attempts that may have been carried out
 * @returns the answer, or {@link refused} if an object that is not ours stands there
 */
export const conditionally = async (
  context: Context,
  expected: Expected,
  send: (attempts: Attempts) => Promise<Answer>,
): Promise<Answer | typeof refused> => {
  // A refusal, such as 409 or 503, says that nothing was written: after that alone, what stands there is a rival's.
  const attempts: Attempts = { doubtful: false };
  for (let round = 1; ; round++) {
    try {
      return await send(attempts);
    } catch (error) {
      const taken = statusOf(error) === 412 || codeOf(error) === "PreconditionFailed";
      // A Complete that was carried out, but whose answer was lost, finds its upload gone.
      const gone = codeOf(error) === "NoSuchUpload";
      // Ceph 16.2 answers a Complete without an ETag, and Ceph 18.2 one that repeats what it has carried out.
      const unproven = isUnproven(error);
      if ((taken || gone || unproven) && attempts.doubtful) {
        const ours = await isOurs(context, expected);
        if (ours) return ours;
      }
      if (taken) return refused;
      const again = unproven ? round < unprovenRounds : busy.has(codeOf(error)) && round < rounds;
      if (!again) throw error;
      await pause(Math.random() * Math.min(50 * 2 ** round, 2000), undefined, { signal: context.signal });
    }
  }
};
