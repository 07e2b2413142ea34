import { S3Error } from "./error";
import type { Context } from "./operation";
import { toS3Error } from "./to-error";

/** One of many that failed, as results tell it. */
export interface Failed {
  path: string;
  code: string;
  message: string;
}

/** Some of many failed: an error that has the whole result. */
export const partialFailure = (verb: string, failed: readonly Failed[], of: number, result: unknown): S3Error => {
  const [first] = failed;
  const text = `${failed.length} of ${of} could not be ${verb}; the first is ${first?.path}: ${first?.message}. The rest is in the error's cause, under result.`;
  return new S3Error("PartialFailure", text, { result });
};

/** The work broke off: the error that ended it, with what was done until then. */
export const brokenOff = (
  context: Context,
  work: { operation: string; path: string | readonly string[] },
  error: unknown,
  result: { deleted: number },
): S3Error => {
  const { bucket, connection } = context;
  const told = toS3Error(error, { ...work, bucket, redact: connection.redact });
  const { code, statusCode, requestId, retryable } = told;
  const text = `${told.message} ${result.deleted} objects were deleted before.`;
  return new S3Error(code, text, { statusCode, requestId, retryable, result });
};
