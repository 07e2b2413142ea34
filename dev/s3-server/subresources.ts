/** The configurations of a bucket that are put, kept and told again as XML: one table, one way of doing it. */
import {
  checkAccelerate,
  checkBucketTags,
  checkEncryption,
  checkLogging,
  checkOwnershipControls,
  checkPublicAccessBlock,
  checkRequestPayment,
  checkWebsite,
} from "./configuration-checks";
import { checkCors } from "./cors-rules";
import { sendTestEvents } from "./events";
import { type Exchange, header } from "./exchange";
import { checkLifecycle } from "./lifecycle-rules";
import type { Bucket, ConfigurationName } from "./model";
import { checkNotification } from "./notification-configuration";
import { invalidArgument } from "./schema";
import { tag } from "./xml";
import { childText, type XmlElement } from "./xml-reader";

/** One configuration. */
export interface Subresource {
  /** the query parameter that addresses it */
  name: ConfigurationName;
  /** the operations, as the API reference names them, with the permissions they take */
  get: readonly [operation: string, action: string];
  put: readonly [operation: string, action: string];
  delete?: readonly [operation: string, action: string];
  root: string;
  /** what is kept of what was sent; throws what S3 answers for a wrong one */
  check(root: XmlElement, exchange: Exchange, bucket: Bucket): XmlElement;
  /** when there is none: the code of the error, or the content of the root element, as XML */
  missing: { code: string } | { content: (bucket: Bucket) => string };
  /** Content-MD5 or a checksum must come with it */
  digest?: true;
  /** status of the reply to a put, 200 by default */
  status?: number;
  /** headers to keep, and to give with the replies to put and get */
  headers?(exchange: Exchange): Record<string, string>;
  /** called when it is kept, or gone */
  after?(exchange: Exchange, bucket: Bucket): void;
}

const PLAIN_ENCRYPTION = `<Rule><ApplyServerSideEncryptionByDefault>${tag("SSEAlgorithm", "AES256")}</ApplyServerSideEncryptionByDefault>${tag("BucketKeyEnabled", false)}</Rule>`;
const empty = { content: () => "" };

/** All of them. */
export const SUBRESOURCES: readonly Subresource[] = [
  {
    name: "accelerate",
    get: ["GetBucketAccelerateConfiguration", "s3:GetAccelerateConfiguration"],
    put: ["PutBucketAccelerateConfiguration", "s3:PutAccelerateConfiguration"],
    root: "AccelerateConfiguration",
    check: checkAccelerate,
    missing: empty,
  },
  {
    name: "cors",
    get: ["GetBucketCors", "s3:GetBucketCORS"],
    put: ["PutBucketCors", "s3:PutBucketCORS"],
    delete: ["DeleteBucketCors", "s3:PutBucketCORS"],
    root: "CORSConfiguration",
    check: checkCors,
    missing: { code: "NoSuchCORSConfiguration" },
    digest: true,
  },
  {
    name: "encryption",
    get: ["GetBucketEncryption", "s3:GetEncryptionConfiguration"],
    put: ["PutBucketEncryption", "s3:PutEncryptionConfiguration"],
    delete: ["DeleteBucketEncryption", "s3:PutEncryptionConfiguration"],
    root: "ServerSideEncryptionConfiguration",
    check: checkEncryption,
    // "all Amazon S3 buckets have encryption configured by default" since January 2023
    missing: { content: () => PLAIN_ENCRYPTION },
  },
  {
    name: "lifecycle",
    get: ["GetBucketLifecycleConfiguration", "s3:GetLifecycleConfiguration"],
    put: ["PutBucketLifecycleConfiguration", "s3:PutLifecycleConfiguration"],
    delete: ["DeleteBucketLifecycle", "s3:PutLifecycleConfiguration"],
    root: "LifecycleConfiguration",
    check: checkLifecycle,
    missing: { code: "NoSuchLifecycleConfiguration" },
    digest: true,
    headers: transitionSize,
  },
  {
    name: "logging",
    get: ["GetBucketLogging", "s3:GetBucketLogging"],
    put: ["PutBucketLogging", "s3:PutBucketLogging"],
    root: "BucketLoggingStatus",
    check: (root, { state }) => checkLogging(root, state),
    missing: empty,
  },
  {
    name: "notification",
    get: ["GetBucketNotificationConfiguration", "s3:GetBucketNotification"],
    put: ["PutBucketNotificationConfiguration", "s3:PutBucketNotification"],
    root: "NotificationConfiguration",
    check: (root, _, bucket) => checkNotification(root, bucket),
    missing: empty,
    after: sendTestEvents,
  },
  {
    name: "ownershipControls",
    get: ["GetBucketOwnershipControls", "s3:GetBucketOwnershipControls"],
    put: ["PutBucketOwnershipControls", "s3:PutBucketOwnershipControls"],
    delete: ["DeleteBucketOwnershipControls", "s3:PutBucketOwnershipControls"],
    root: "OwnershipControls",
    check: (root, _, bucket) => checkOwnershipControls(root, bucket),
    missing: { code: "OwnershipControlsNotFoundError" },
  },
  {
    name: "publicAccessBlock",
    get: ["GetPublicAccessBlock", "s3:GetBucketPublicAccessBlock"],
    put: ["PutPublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
    delete: ["DeletePublicAccessBlock", "s3:PutBucketPublicAccessBlock"],
    root: "PublicAccessBlockConfiguration",
    check: checkPublicAccessBlock,
    missing: { code: "NoSuchPublicAccessBlockConfiguration" },
  },
  {
    name: "requestPayment",
    get: ["GetBucketRequestPayment", "s3:GetBucketRequestPayment"],
    put: ["PutBucketRequestPayment", "s3:PutBucketRequestPayment"],
    root: "RequestPaymentConfiguration",
    check: checkRequestPayment,
    missing: { content: (bucket) => tag("Payer", bucket.requesterPays ? "Requester" : "BucketOwner") },
    after: (_, bucket) => {
      const { root } = bucket.configurations?.requestPayment ?? {};
      bucket.requesterPays = root !== undefined && childText(root, "Payer")?.trim() === "Requester";
    },
  },
  {
    name: "tagging",
    get: ["GetBucketTagging", "s3:GetBucketTagging"],
    put: ["PutBucketTagging", "s3:PutBucketTagging"],
    delete: ["DeleteBucketTagging", "s3:PutBucketTagging"],
    root: "Tagging",
    check: checkBucketTags,
    missing: { code: "NoSuchTagSet" },
    digest: true,
    status: 204,
  },
  {
    name: "website",
    get: ["GetBucketWebsite", "s3:GetBucketWebsite"],
    put: ["PutBucketWebsite", "s3:PutBucketWebsite"],
    delete: ["DeleteBucketWebsite", "s3:DeleteBucketWebsite"],
    root: "WebsiteConfiguration",
    check: checkWebsite,
    missing: { code: "NoSuchWebsiteConfiguration" },
  },
];

/** PutBucketLifecycleConfiguration: the smallest object that transitions move when no rule says, 128 KB by default. */
function transitionSize(exchange: Exchange): Record<string, string> {
  const name = "x-amz-transition-default-minimum-object-size";
  const value = header(exchange, name) ?? "all_storage_classes_128K";
  if (value !== "all_storage_classes_128K" && value !== "varies_by_storage_class") {
    throw invalidArgument("Invalid transition default minimum object size", name, value);
  }
  return { [name]: value };
}
