import { check } from "../support/checks";
import type { Client } from "./client";
import { type Limit, limitOf } from "./limits";

/** What a run throws; undefined when it does not. */
export const wrong = async (run: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await run();
  } catch (error) {
    return (error as Error).message;
  }
};

/** Checks that a client cannot do what the table of limits says, and that it fails as it says. */
export const checkLimit = (limit: Limit, what: string, run: () => Promise<unknown>): Promise<boolean> =>
  check(`limit: ${what}: ${limit.why}`, async () => {
    const failure = await wrong(run);
    if (failure === undefined) throw new Error("it can: take it out of the table of limits");
    if (!limit.seen.test(failure)) throw new Error(`expected ${limit.seen}, and saw: ${failure}`);
  });

/** Checks what a client can do; or that it cannot, when the table of limits has it. */
export const checkWithin = async (
  client: Client,
  does: Limit["does"],
  of: string,
  what: string,
  run: () => Promise<unknown>,
): Promise<void> => {
  const limit = limitOf(client, does, of);
  await (limit ? checkLimit(limit, what, run) : check(what, run));
};
