import type { Target } from "../../support/target";

/** What the flood's Node-RED is told to do. */
export interface Order extends Pick<Target, "endpoint" | "accessKey" | "secretKey" | "region"> {
  /** As the server calls it. */
  bucket: string;
  /** Messages before, in and after the outage. */
  before: number;
  during: number;
  after: number;
  /** Over which those in the outage are spread. */
  outageMs: number;
}

/** How one message ended: not at all, written, refused as there were too many, another error. */
export const fates = { none: 0, written: 1, full: 2, failed: 3 } as const;

export interface Ended {
  /** A digit of `fates` for each message. */
  fates: string;
  /** Messages that were ended more than once. */
  twice: number;
  /** Messages without an answer, at most. */
  most: number;
  /** How often each code of other errors came. */
  codes: Record<string, number>;
  /** Of the process, in MiB. */
  peak: number;
  /** Written in a second before the outage. */
  pace: number;
}

/** What the two tell one another. */
export type Told = { order: Order } | { outage: "begin" | "begun" } | { ended: Ended };

export const keyOf = (n: number): string => `records/${n}`;

/** What the message writes: no two the same. */
export const recordOf = (n: number): string => JSON.stringify({ n, text: `measured ${n * 7919}`, ok: n % 2 === 0 });
