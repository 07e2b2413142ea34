/** checkLimited: a check of something that a client may not be able to do. */
import { check } from "../support/checks";
import type { Client } from "./client";
import { type Limit, limitOf } from "./limits";

/** Why it failed, if it did. */
export const wrong = async (run: () => Promise<void>): Promise<string | undefined> => {
  try {
    await run();
  } catch (error) {
    return (error as Error).message;
  }
};

/** Checks that a limit is there still, and shows itself as the table says. */
export const checkLimit = (limit: Limit, what: string, run: () => Promise<void>): Promise<boolean> =>
  check(`limit: ${what}: ${limit.why}`, async () => {
    const failure = await wrong(run);
    if (failure === undefined) throw new Error("it can: take it out of the table of limits");
    if (!limit.seen.test(failure)) throw new Error(`expected ${limit.seen}, and saw: ${failure}`);
  });

/** Checks that a client does something with an item or, where the table has a limit for that, that it does not. */
export const checkLimited = (
  client: Client,
  does: Limit["does"],
  item: string,
  what: string,
  run: () => Promise<void>,
): Promise<boolean> => {
  const limit = limitOf(client, does, item);
  return limit ? checkLimit(limit, what, run) : check(what, run);
};
