import type { Fault } from "./fault";

/** A whole number from 0 up to, but without, a limit. */
type Below = (limit: number) => number;

const pageOfText = "<html><body>Please sign in</body></html>";

/** Faults by their names; `within` is a number of bytes, of a body that the request or its answer may have. */
const kinds = {
  slowDown: () => ({ error: "SlowDown" }),
  internalError: () => ({ error: { code: "InternalError", status: 500 } }),
  reset: () => ({ reset: true }),
  delay: (below) => ({ delay: below(60) }),
  /** in the middle of the request's body */
  resetAfter: (_, within) => ({ resetAfter: within }),
  /** the deed is done, and nobody hears of it */
  drop: () => ({ drop: true }),
  cut: (_, within) => ({ cut: within }),
  stallAfter: (_, within) => ({ stallAfter: within }),
  stall: () => ({ stall: true }),
  /** of a proxy that wants a password, or whatever else answers in the store's place */
  page: () => ({ handle: false, headers: { "content-type": "text/html" }, body: pageOfText }),
  rate: (below) => ({ rate: 100_000 + below(900_000) }),
  duplicate: () => ({ duplicate: true }),
  refuse: (below) => ({ refuse: 20 + below(200) }),
  /** of the answer's body */
  otherByte: (below) => ({
    body: (body) => {
      const changed = Buffer.from(body);
      const at = below(changed.length);
      if (changed.length > 0) changed[at] = (changed[at] as number) ^ (1 + below(255));
      return changed;
    },
  }),
} as const satisfies Record<string, (below: Below, within: number) => Fault>;

export type FaultKind = keyof typeof kinds;

export const faultKinds = Object.keys(kinds) as FaultKind[];

/** Draws one of these faults; those that count bytes do so up to `size`. */
export const randomFault = (random: () => number, of: readonly FaultKind[], size: number): Fault => {
  const below: Below = (limit) => Math.floor(random() * limit);
  const within = below(size + 1);
  return kinds[of[below(of.length)] as FaultKind](below, within);
};
