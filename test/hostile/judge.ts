import type { S3Server } from "../../dev/s3-server";
import { meanings } from "../../src/core/codes";
import type { Ending } from "./flow";

/** Longer than any text that says what is wrong: somebody has quoted all that was given. */
const longestText = 3000;

/** @throws Error for an end that a flow could not deal with */
export const judgeEnding = ({ code, message = "", dones }: Ending): void => {
  if (dones !== 1) throw new Error(`it was done ${dones} times`);
  if (code === undefined) {
    if (message) throw new Error(`an error without a code: ${message.slice(0, 300)}`);
    return;
  }
  if (!Object.hasOwn(meanings, code)) throw new Error(`the code ${code} is not known: ${message.slice(0, 300)}`);
  if (message.length > longestText)
    throw new Error(`a text of ${message.length} characters: ${message.slice(0, 200)}…`);
};

/** What may be asked of a bucket itself; all else is asked of an object. */
const ofBuckets = new Set([
  ...["HeadBucket", "ListObjectsV2", "ListObjectVersions", "ListMultipartUploads", "DeleteObjects"],
  ...["GetBucketLifecycleConfiguration", "PutBucketLifecycleConfiguration", "DeleteBucketLifecycle"],
]);

/** @throws Error if a request without a key was sent where an object was meant */
export const judgeRequests = ({ requests }: S3Server): void => {
  for (const { operation, key, method, query } of requests) {
    if (key || ofBuckets.has(operation)) continue;
    // A bucket is made only where it is asked for, and temporary keys have none.
    if (operation === "CreateBucket" || operation === "AssumeRole") continue;
    throw new Error(`a request without a key: ${method} ${operation} ${JSON.stringify(query)}`);
  }
};
