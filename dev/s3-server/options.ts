/** The options of startS3Server, and what becomes of them. */

import type { Hook } from "./hooks";
import type { Latency } from "./latency";
import type { BucketPolicy, Versioning } from "./model";
import type { Rule } from "./policy";

/** Someone who may sign requests. */
export interface User {
  accessKey: string;
  secretKey: string;
  /** by which the ARN of a bucket policy's principal may mean this user, beside the access key */
  name?: string;
  /** further ARNs by which a policy may: those of a role's session */
  arns?: readonly string[];
  /** the account's root user, who may get, put and delete any bucket policy; the first user is one */
  root?: boolean;
  /** with it, the keys are temporary: requests must carry this token */
  sessionToken?: string;
  /** when the session token expires */
  expires?: Date | number;
  /** what the user may do; everything when absent */
  allow?: readonly Rule[];
  /** what the user may not do, whatever `allow` says */
  deny?: readonly Rule[];
  /** the policy that AssumeRole was given for a session: it allows nothing, but limits what the rules allow */
  session?: Pick<BucketPolicy, "statements">;
}

/** A role that AssumeRole gives temporary keys for. */
export interface Role {
  arn: string;
  externalId?: string;
  /** access keys that may assume it; everybody when absent */
  trusts?: readonly string[];
  allow?: readonly Rule[];
  deny?: readonly Rule[];
  /** the session's real lifetime in seconds, whatever was asked for: to see it expire */
  lifetime?: number;
}

/** A bucket that is there from the start. */
export interface BucketOptions {
  name: string;
  region?: string;
  versioning?: Versioning;
  /** Object Lock, and with it versioning */
  objectLock?: boolean;
  /** ACLs are in force and may be public, policies too, as in buckets that AWS made before April 2023; default false */
  acls?: boolean;
  /** anonymous requests: `true` may do everything, `"read"` may get and list */
  public?: boolean | "read";
  /** refuses requests without `x-amz-request-payer: requester` */
  requesterPays?: boolean;
}

/** Rates above which the server answers 503 SlowDown. */
export interface Caps {
  requestsPerSecond?: number;
  /** keys deleted by DeleteObject and DeleteObjects */
  deletedKeysPerSecond?: number;
}

export interface S3ServerOptions {
  /**
   * Keeps buckets, objects and unfinished uploads in this folder, which is made when it is missing, so that the next
   * server on it has them; default: memory only. Users, hooks and all other options are not kept.
   */
  folder?: string;
  /** 0, the default: any free port */
  port?: number;
  /** default 127.0.0.1 */
  host?: string;
  /** the first user's keys; defaults "test-access-key" and "test-secret-key" */
  accessKey?: string;
  secretKey?: string;
  /** further users */
  users?: readonly User[];
  roles?: readonly Role[];
  /** default "us-east-1" */
  region?: string;
  buckets?: readonly (string | BucketOptions)[];
  /** domains whose subdomains are buckets, beside "localhost" */
  domains?: readonly string[];
  /**
   * Requests signed for another region than the bucket's: `true` answers 400 AuthorizationHeaderMalformed,
   * `"redirect"` 301 PermanentRedirect; default: any region is taken.
   */
  strictRegion?: boolean | "redirect";
  /** every part but the last must have this size; default 5 MiB */
  minPartSize?: number;
  /** every aws-chunked chunk but the last must have this size; default 8192 */
  minChunkSize?: number;
  /** default 5 GiB */
  maxObjectSize?: number;
  /** bodies beyond this size are hashed, then thrown away and read back as zeros; default: none */
  discardBodiesOver?: number;
  /** whether objects stored without a checksum get a CRC64NVME one, as on AWS; default true */
  defaultChecksum?: boolean;
  /** milliseconds before each request is handled, or a function that tells */
  latency?: Latency;
  caps?: Caps;
  hooks?: readonly Hook[];
  /** how many requests the log keeps; default 10,000 */
  logLimit?: number;
  /** what time it is, in milliseconds: to skew the server's clock */
  clock?: () => number;
  /** https, with this certificate */
  tls?: { key: string | Buffer; cert: string | Buffer; ca?: string | Buffer; requestCert?: boolean };
}
