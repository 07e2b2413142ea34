import { createHash } from "node:crypto";
import fc from "fast-check";
import type { Fault as Befalls, ProxiedRequest } from "../../dev/fault-proxy";

/**
 * What may befall a request. `twice` it comes to the store by the network's doing, which no client sees. After those from
 * `fault after` on, whoever asked cannot know whether it was carried out.
 */
export const faults = {
  none: undefined,
  delay: { delay: 3, delayAfter: 3 },
  twice: { duplicate: true },
  "slow down": { error: "SlowDown" },
  "fault after": { error: { code: "InternalError", status: 500 }, handle: true },
  reset: { reset: true },
  drop: { drop: true },
  cut: { cut: 20 },
  stall: { stall: true },
  "stall after": { stall: true, handle: true },
  "stall within": { stallAfter: 20 },
  /** A gateway has lost its store, which has carried it out. */
  "given up": { status: 503, headers: { "x-amz-request-id": undefined }, body: "upstream reset" },
  page: { handle: false, headers: { "content-type": "text/html" }, body: "<html>Please sign in</html>" },
} satisfies Record<string, Befalls | undefined>;
export type Fault = keyof typeof faults;

const unseen = new Set<Fault>(["none", "delay", "twice"]);
const doubts = new Set<Fault>(Object.keys(faults) as Fault[]);
for (const fault of [...unseen, "slow down"] as const) doubts.delete(fault);

/** Answers with more than 20 bytes: behind a whole one, a stall would befall the next request of the connection. */
const long = new Set([
  "ListObjectsV2",
  "ListObjectVersions",
  "DeleteObjects",
  "CreateMultipartUpload",
  "CompleteMultipartUpload",
]);

const uploads = new Set(["CreateMultipartUpload", "AbortMultipartUpload"]);

/** What a store answers otherwise, or does again, when it comes twice; an upload is completed once. */
const telling = new Set(["PutObject", "DeleteObject", "DeleteObjects"]);

/** What stalls is waited for. Where nobody has the time for that, the client is told at once, or hears nothing just as well. */
const withoutStalls: Partial<Record<Fault, Fault>> = { stall: "reset", "stall after": "drop", "stall within": "cut" };

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
  /** Requests that the store got twice, of those that do something each time. */
  twice: number;
  /** Faults of requests that begin or abort an upload: each may leave one open. */
  uploads: number;
}

export const nothingMet: Met = { count: 0, doubts: 0, cuts: 0, twice: 0, uploads: 0 };

/** How a request stalls, where it is not as the plan's fault has it. */
const stalling = (
  fault: Fault,
  request: ProxiedRequest,
  sizeOf: (request: ProxiedRequest) => number,
): Befalls | undefined => {
  const { operation, headers } = request;
  // Of bytes that are left unread, the proxy would not see that the client has gone.
  if (fault === "stall" && operation === "UploadPart") return faults["stall after"];
  if (fault !== "stall within" || long.has(operation)) return undefined;
  const size = operation === "GetObject" && headers.range === undefined ? sizeOf(request) : 0;
  return size > 0 ? { stallAfter: Math.floor(size / 2) } : faults["stall after"];
};

/**
 * The requests of one operation, each with its fault of the plan, in whatever order they arrive.
 * @param before what the operation before it met: a connection that is cut behind a whole answer is missed by the next one
 * @param stalls whether requests stall
 * @param sizeOf tells the bytes that the answer to a GetObject has
 */
export const meeting = (
  plan: readonly Fault[],
  before: Met,
  stalls: boolean,
  sizeOf: (request: ProxiedRequest) => number,
) => {
  const met: Met = { ...nothingMet, count: before.cuts, doubts: before.cuts, uploads: before.cuts };
  const asked = new Map<string, number>();
  const befalls = (request: ProxiedRequest): Befalls | undefined => {
    const { operation, key = "" } = request;
    if (plan.length === 0) return undefined;
    const what = `${operation} ${key}`;
    const turn = asked.get(what) ?? 0;
    asked.set(what, turn + 1);
    const first = createHash("md5").update(what).digest().readUInt16LE();
    const drawn = plan[(first + turn) % plan.length] as Fault;
    const fault = (stalls ? undefined : withoutStalls[drawn]) ?? drawn;
    if (!unseen.has(fault)) met.count++;
    if (doubts.has(fault)) met.doubts++;
    if (fault === "cut") met.cuts++;
    if (fault === "twice" && telling.has(operation)) met.twice++;
    if (fault !== "none" && uploads.has(operation)) met.uploads++;
    return stalling(fault, request, sizeOf) ?? faults[fault];
  };
  return { met, befalls };
};
