/** Assertions whose failures say what was found: that text goes into the matrix, and deviations are held to it. */
import { deepStrictEqual } from "node:assert";
import type { RawReply } from "./raw";

/** What a check found instead of what S3 does. */
export class Deviation extends Error {}

const shown = (value: unknown): string => {
  const text = Buffer.isBuffer(value) ? `${value.length} bytes` : (JSON.stringify(value) ?? String(value));
  return text.length > 200 ? `${text.slice(0, 200)}…` : text;
};

/** Throws unless both are deeply equal. `what` names the thing: "KeyCount". */
export function same(found: unknown, expected: unknown, what: string): void {
  try {
    deepStrictEqual(found, expected);
  } catch {
    throw new Deviation(`${what} is ${shown(found)}, not ${shown(expected)}`);
  }
}

/** Throws unless `holds`. */
export function holds(holds: unknown, what: string): asserts holds {
  if (!holds) throw new Deviation(what);
}

interface SdkError {
  name: string;
  Code?: string;
  $metadata?: { httpStatusCode?: number };
}

/** `404 NoSuchKey` of a failure by the SDK or by hand; `200` of a success. */
async function told(outcome: Promise<unknown>): Promise<string> {
  try {
    const answer = (await outcome) as Partial<RawReply> & { $metadata?: { httpStatusCode?: number } };
    const status = answer.status ?? answer.$metadata?.httpStatusCode;
    return answer.code === undefined ? `${status}` : `${status} ${answer.code}`;
  } catch (error) {
    const { name, Code, $metadata } = error as SdkError;
    if ($metadata?.httpStatusCode === undefined) throw error;
    return `${$metadata.httpStatusCode} ${Code ?? name}`;
  }
}

/**
 * Throws unless the request fails with this status and S3 code: `await refused(send(), 404, "NoSuchKey")`. Several
 * codes are alternatives that the reference allows. For HEAD give no code: there is no body.
 */
export async function refused(outcome: Promise<unknown>, status: number, ...codes: string[]): Promise<void> {
  const found = await told(outcome);
  const [foundStatus, foundCode = ""] = found.split(" ");
  const fits = foundStatus === String(status) && (codes.length === 0 || codes.includes(foundCode));
  holds(fits, `answered ${found}, not ${[status, codes.join(" or ")].join(" ").trim()}`);
}

/** Throws unless the request fails in one of these ways: `await refusedAs(send(), "400 InvalidArgument", "403 AccessDenied")`. */
export async function refusedAs(outcome: Promise<unknown>, ...ways: string[]): Promise<void> {
  const found = await told(outcome);
  holds(ways.includes(found), `answered ${found}, not ${ways.join(" or ")}`);
}

/** Throws unless a reply by hand has this status; gives the reply. */
export async function answered(outcome: Promise<RawReply>, status: number): Promise<RawReply> {
  const reply = await outcome;
  const code = reply.code === undefined ? "" : ` ${reply.code}`;
  holds(reply.status === status, `answered ${reply.status}${code}, not ${status}`);
  return reply;
}
