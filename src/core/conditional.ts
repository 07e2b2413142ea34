import { setTimeout as pause } from "node:timers/promises";
import type { Context } from "./operation";
import { attemptsOf, type Expected, isOurs } from "./ownership";
import { codeOf, statusOf } from "./to-error";

/** S3 and its kin answer like this while another conditional write to the same key is under way. */
const busy = new Set(["ConditionalRequestConflict", "ConcurrentModification", "OperationAborted"]);

/** How often a write that met another one is tried. */
const rounds = 12;

interface Answer {
  ETag?: string | undefined;
  VersionId?: string | undefined;
  $metadata: { requestId?: string | undefined };
}

/** The object is there already, so that the conditional write did nothing. */
export const refused = Symbol("refused");

/**
 * Sends a write with `If-None-Match: *` (UserGuide/conditional-writes).
 * @param send sends it once, retries of the SDK included
 * @returns the answer, or {@link refused} if an object that is not ours stands there
 */
export const conditionally = async (
  context: Context,
  expected: Expected,
  send: () => Promise<Answer>,
): Promise<Answer | typeof refused> => {
  let repeated = 0;
  for (let round = 1; ; round++) {
    try {
      return await send();
    } catch (error) {
      // A 409 is an answer, that nothing was written: the next round alone makes no earlier one that may have.
      repeated += attemptsOf(error) - 1;
      const taken = statusOf(error) === 412 || codeOf(error) === "PreconditionFailed";
      // A Complete that was carried out, but whose answer was lost, finds its upload gone.
      const gone = codeOf(error) === "NoSuchUpload";
      if ((taken || gone) && repeated > 0) {
        const ours = await isOurs(context, expected);
        if (ours) return ours;
      }
      if (taken) return refused;
      if (!busy.has(codeOf(error)) || round >= rounds) throw error;
      await pause(Math.random() * Math.min(50 * 2 ** round, 2000), undefined, { signal: context.signal });
    }
  }
};
