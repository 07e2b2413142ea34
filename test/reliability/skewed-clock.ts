import { outcomeOf } from "../support/outcome";
import { eachOperation } from "./each-operation";
import type { Stage } from "./stage";

const minute = 60_000;

/** How far this machine's clock is off by what the store says: less than what a store behind the proxy refuses, a quarter of an hour. */
const skew = 10 * minute;

/** What the store in front takes. */
const allowed = 5 * minute;

const signedAt = (header: unknown): number =>
  Date.parse(String(header).replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, "$1-$2-$3T$4:$5:$6Z"));

export interface Skewed {
  /** How each operation ended: with the code of an error, or undefined. */
  codes: (string | undefined)[];
  /** Requests that were refused for their time. */
  refused: number;
}

/** Has the store's clock be another one than this machine's, and each operation of a connection of its own find that out. */
export const outlastSkew = async ({ proxy, open }: Stage, home: string, rounds: number): Promise<Skewed> => {
  const told: Skewed = { codes: [], refused: 0 };
  for (let round = 0; round < rounds; round++) {
    const off = round % 2 ? -skew : skew;
    proxy.setPlan(({ headers }) => {
      const now = Date.now() + off;
      const date = new Date(now).toUTCString();
      if (Math.abs(signedAt(headers["x-amz-date"]) - now) < allowed) return { headers: { date } };
      told.refused++;
      return { error: { code: "RequestTimeTooSkewed", status: 403 }, headers: { date } };
    });
    const running = eachOperation(`skewed-${round}`, home).map(async ([verb, values]) => {
      const core = open({ maxAttempts: 5 });
      const code = await outcomeOf(() => core.run(verb, values));
      await core.close();
      return code;
    });
    told.codes.push(...(await Promise.all(running)));
  }
  proxy.setPlan(undefined);
  return told;
};
