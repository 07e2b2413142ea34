import { S3Error } from "./error";
import type { Context } from "./operation";
import { toS3Error } from "./to-error";

/** One of many that failed, as results tell it. */
export interface Failed {
  path: string;
  code: string;
  message: string;
}

/** Code and words of what failed, as results tell them. @param work what was done when it did, with a path of its own */
export const toldOf = (
  { bucket, connection }: Context,
  work: { operation: string; path: string },
  error: unknown,
): Omit<Failed, "path"> => {
  const { code, message } = toS3Error(error, { ...work, bucket, redact: connection.redact });
  return { code, message };
};

/**
 * Some of many failed: an error that has the whole result.
 * @param count of all that failed, where `failed` are only the first of them
 */
export const partialFailure = (
  verb: string,
  failed: readonly Failed[],
  of: number,
  result: unknown,
  count = failed.length,
): S3Error => {
  const [first] = failed;
  const text = `${count} of ${of} could not be ${verb}; the first is ${first?.path}: ${first?.message}. The rest is in the error's cause, under result.`;
  return new S3Error("PartialFailure", text, { result });
};

/** What was done of deletions that broke off. @param unknown objects of which nobody knows */
export const deletedBefore = (count: number, unknown = 0): string => {
  const before = `${count} objects were deleted before.`;
  return unknown === 0 ? before : `${before} Of ${unknown} more it is not known whether they are gone.`;
};

/** The work broke off: the error that ended it, with what was `done` until then, in words and as a result. */
export const brokenOff = (
  context: Context,
  work: { operation: string; path: string | readonly string[] },
  error: unknown,
  result: unknown,
  done: string,
): S3Error => {
  const { bucket, connection } = context;
  const told = toS3Error(error, { ...work, bucket, redact: connection.redact });
  const { code, statusCode, requestId, retryable } = told;
  const text = `${told.message}${/[.!?]$/.test(told.message) ? "" : "."} ${done}`;
  return new S3Error(code, text, { statusCode, requestId, retryable, result });
};
