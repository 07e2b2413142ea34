import { ListBucketsCommand } from "@aws-sdk/client-s3";
import type { Connection } from "../connection";
import { toS3Error } from "../to-error";

/** Which of the account's buckets. */
export interface BucketsAsked {
  /** Only those whose names begin with this. */
  starts: string;
  /** Of the page before. */
  token?: string;
}

/** One page of the account's buckets, a thousand at most. */
export interface BucketsPage {
  /** `created` in ISO 8601, where the store tells. */
  buckets: { name: string; created?: string }[];
  /** For the next page; absent on the last. */
  token?: string;
}

const pageSize = 1000;

/** @throws an S3Error that says why they cannot be listed */
export const listBuckets = async (
  connection: Connection,
  { starts, token }: BucketsAsked,
  signal: AbortSignal,
): Promise<BucketsPage> => {
  const input = {
    MaxBuckets: pageSize,
    ...(starts ? { Prefix: starts } : {}),
    ...(token ? { ContinuationToken: token } : {}),
  };
  try {
    const { Buckets = [], ContinuationToken } = await connection.send(new ListBucketsCommand(input), signal);
    const named = Buckets.flatMap(({ Name, CreationDate }) =>
      // Most stores know neither a prefix nor pages here.
      Name?.startsWith(starts) ? { name: Name, ...(CreationDate ? { created: CreationDate.toISOString() } : {}) } : [],
    );
    return { buckets: named.slice(0, pageSize), ...(ContinuationToken ? { token: ContinuationToken } : {}) };
  } catch (error) {
    throw toS3Error(error, { operation: "list the buckets", redact: connection.redact });
  }
};
