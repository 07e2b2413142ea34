import { notes } from "../notes";
import { cephOlder } from "./ceph-older";
import type { KnownDeviations } from "./known-deviation";

/** Ceph RGW 16.2 (Debian bookworm). */
export const ceph16: KnownDeviations = {
  ...cephOlder,
  "conditions/not-modified-headers": { found: "the ETag is undefined", note: notes.notModifiedBare },
  "configs/delete-none": {
    found: "the bucket is gone with its encryption, ownershipControls",
    note: notes.dropsBucket,
  },
  "configs/encryption": { found: "answered 400 InvalidArgument", note: notes.oldEncryption },
  "configs/encryption-default": { found: "SSEAlgorithm is undefined", note: notes.kmsOff },
  "configs/encryption-malformed": { found: "answered 400 InvalidArgument, not", note: notes.createXml },
  "configs/policy": { found: "the status of DeleteBucketPolicy is 200", note: notes.deleteOk },
  "configs/public-access-block": { found: "answered 200, not", note: notes.deleteOk },
  "configs/public-access-block-default": {
    found: "the four blocks is [false,false,false,false]",
    note: notes.openByDefault,
  },
  "copy/if-match": { found: "answered 200, not", note: notes.copyConditions },
  "copy/if-modified-since": { found: "answered 200, not", note: notes.copyConditions },
  "copy/if-none-match": { found: "answered 200, not", note: notes.copyConditions },
  "copy/if-unmodified-since": { found: "answered 200, not", note: notes.copyConditions },
  "copy/reply": { found: 'ETag is "8d777f385d3dfec8815d20f7496026dc"', note: notes.unquoted },
  "multipart/complete-etag": { found: 'the ETag of Complete is ""', note: notes.unquoted },
  "multipart/storage-class": { found: 'StorageClass of ListParts is "STANDARD"', note: notes.uploadClass },
  "sse/s3-header": { found: "the header is undefined", note: notes.kmsOff },
  "streaming/empty": { found: "answered 400 XAmzContentSHA256Mismatch, not", note: notes.noEmptyStream },
  "streaming/sdk-stream": { found: "answered 411 MissingContentLength", note: notes.noTrailers },
  "streaming/sdk-trailer-wrong": { found: "answered 400 XAmzContentSHA256Mismatch, not", note: notes.noTrailers },
  "streaming/signed-trailer": { found: "answered 400 XAmzContentSHA256Mismatch, not", note: notes.noTrailers },
  "streaming/signed-trailer-signature": {
    found: "answered 400 XAmzContentSHA256Mismatch, not",
    note: notes.noTrailers,
  },
  "streaming/signed-trailer-wrong": { found: "answered 400 XAmzContentSHA256Mismatch, not", note: notes.noTrailers },
  "streaming/trailer-kept": { found: "answered 400 XAmzContentSHA256Mismatch, not", note: notes.noTrailers },
  "streaming/unsigned-trailer": { found: "answered 400 XAmzContentSHA256Mismatch, not", note: notes.noTrailers },
  "streaming/unsigned-trailer-wrong": {
    found: "answered 400 XAmzContentSHA256Mismatch, not",
    note: notes.noTrailers,
  },
  "tags/bucket-none": { found: "the status of DeleteBucketTagging is 200", note: notes.deleteOk },
};
