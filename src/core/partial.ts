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
  const text = `${failed.length} of ${of} could not be ${verb}; the first is ${first?.path}: ${first?.message} The rest is in the error's cause, under result.`;
  return new S3Error("PartialFailure", text, { result });
};

/** The work broke off: the error that ended it, with what was done until then. */
export const brokenOff = (
  context: Context,
  operation: string,
  error: unknown,
  done: string,
  result: unknown,
): S3Error => {
  const { bucket, connection } = context;
  const told = toS3Error(error, { operation, bucket, redact: connection.redact });
  const { code, statusCode, requestId, retryable } = told;
  return new S3Error(code, `${told.message} ${done}`, { statusCode, requestId, retryable, result });
};
