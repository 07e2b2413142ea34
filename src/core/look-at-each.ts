import { attemptOutcome } from "./attempt-outcome";
import type { Context } from "./operation";
import { createPatience, outlast } from "./patience";
import { forEachOf } from "./side-by-side";
import { statusOf } from "./to-error";

/** So many in a row, and it is no longer each of them that is refused. */
const mostInARow = 1000;

/**
 * Whether a refusal may be of one object alone: 403, and 400, with which a HEAD is answered that does not bring the
 * customer's key of its object.
 */
const mayBeOfOne = (error: unknown): boolean =>
  [400, 403].includes(statusOf(error) ?? 0) && ["good", "reached"].includes(attemptOutcome(error)?.kind ?? "");

/**
 * Looks at many objects, a batch after the other and side by side within each. A store that throttles is waited for.
 * @param refused is told of each that may not be looked at, when its batch is over; without it, the first one ends the work
 * @param doubts whether a refusal that all of them meet raises doubts about the keys of the connection
 * @returns works on a batch. It throws whatever else keeps the question from being answered; also if none of the first or of a
 *   thousand may be looked at, for the keys may be wrong
 */
export const lookAtEach = <T>(
  context: Context,
  refused: ((item: T, error: unknown) => void) | undefined,
  doubts: (error: unknown) => boolean = () => true,
) => {
  const patience = createPatience(context);
  // One forbidden object is its own failure, also if it is all that is meant of a batch.
  let refusedInARow = mostInARow;
  return async (items: readonly T[], look: (item: T, index: number) => Promise<void>): Promise<void> => {
    const failures: { item: T; error: unknown }[] = [];
    await forEachOf(context, items, async (item, index) => {
      try {
        await outlast(context, patience, () => look(item, index));
      } catch (error) {
        if (!refused || !mayBeOfOne(error)) {
          patience.end();
          throw error;
        }
        failures.push({ item, error });
      }
    });
    const doubtful = failures.filter(({ error }) => doubts(error));
    refusedInARow = doubtful.length < items.length ? 0 : refusedInARow + doubtful.length;
    if (doubtful.length > 0 && refusedInARow >= mostInARow) throw doubtful[0]?.error;
    for (const { item, error } of failures) refused?.(item, error);
  };
};
