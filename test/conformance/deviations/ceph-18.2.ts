import { notes } from "../notes";
import { cephOlder } from "./ceph-older";
import type { KnownDeviations } from "./known-deviation";

/** Ceph RGW 18.2 (Debian trixie). */
export const ceph18: KnownDeviations = {
  ...cephOlder,
  "configs/delete-none": { found: "the bucket is gone with its ownershipControls", note: notes.dropsBucket },
  "configs/encryption-default": {
    found: "answered 404 ServerSideEncryptionConfigurationNotFoundError",
    note: notes.kmsOff,
  },
  "configs/public-access-block-default": {
    found: "answered 404 NoSuchPublicAccessBlockConfiguration",
    note: notes.openByDefault,
  },
  "copy/if-modified-since": { found: /^answered 304|Parse Error/, note: notes.copyNotModified },
  "copy/if-none-match": { found: /^answered 304|Parse Error/, note: notes.copyNotModified },
  "multipart/complete-etag": {
    found: 'the ETag of Complete is "2068bfdec27f4616282c1124300f0ae6-1"',
    note: notes.unquoted,
  },
  "objects/length-required": { found: "answered 200, not", note: notes.lengthOptional },
  "sse/s3-header": { found: "answered 400 InvalidArgument, not", note: notes.kmsOff },
  "streaming/sdk-stream": { found: "x-amz-checksum-crc32 is undefined", note: notes.noChecksums },
  "streaming/sdk-trailer-wrong": { found: "answered 200, not", note: notes.noChecksums },
  "streaming/signed-trailer-signature": { found: "not run", note: notes.ended, ends: true },
  "streaming/signed-trailer-wrong": { found: "answered 200, not", note: notes.noChecksums },
  "streaming/trailer-kept": { found: "x-amz-checksum-crc32 is undefined", note: notes.noChecksums },
  "streaming/unsigned-trailer-missing": { found: "answered 200, not", note: notes.noChecksums },
  "streaming/unsigned-trailer-wrong": { found: "answered 200, not", note: notes.noChecksums },
};
