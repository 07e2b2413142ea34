import { notes } from "../notes";
import { ceph } from "./ceph";
import type { KnownDeviations } from "./known-deviation";

/** Ceph RGW 20.2 (Debian forky). */
export const ceph20: KnownDeviations = {
  ...ceph,
  "attributes/no-header": { found: "answered 200, not", note: notes.attributesUnchecked },
  "attributes/several": {
    found: 'what is told of ObjectSize, StorageClass is ["4",null]',
    note: notes.attributeList,
  },
  "attributes/wrong-name": { found: "answered 200, not", note: notes.attributesUnchecked },
  "checksums/algorithm-alone": { found: "answered 200, not", note: notes.unnamedChecksum },
  "checksums/crc32-right": { found: "x-amz-checksum-crc32 of Put is undefined", note: notes.unnamedChecksum },
  "checksums/crc32-wrong": { found: "answered 200, not", note: notes.unnamedChecksum },
  "checksums/crc32c-right": { found: "x-amz-checksum-crc32c of Put is undefined", note: notes.unnamedChecksum },
  "checksums/crc32c-wrong": { found: "answered 200, not", note: notes.unnamedChecksum },
  "checksums/crc64nvme-right": { found: "x-amz-checksum-crc64nvme of Put is undefined", note: notes.unnamedChecksum },
  "checksums/crc64nvme-wrong": { found: "answered 200, not", note: notes.unnamedChecksum },
  "checksums/default": { found: "x-amz-checksum-crc64nvme is undefined", note: notes.noDefaultChecksum },
  "checksums/listed": { found: "ChecksumAlgorithm is []", note: notes.checksumNotListed },
  "checksums/sha1-right": { found: "x-amz-checksum-sha1 of Put is undefined", note: notes.unnamedChecksum },
  "checksums/sha1-wrong": { found: "answered 200, not", note: notes.unnamedChecksum },
  "checksums/sha256-right": { found: "x-amz-checksum-sha256 of Put is undefined", note: notes.unnamedChecksum },
  "checksums/sha256-wrong": { found: "answered 200, not", note: notes.unnamedChecksum },
  "checksums/two": { found: "answered 200, not", note: notes.unnamedChecksum },
  "checksums/wrong-length": { found: "answered 400 BadDigest, not", note: notes.otherCode },
  "conditions/put-other-value": { found: "answered 200, not", note: notes.noneMatchAnyETag },
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
  "multipart/complete-part-checksum-wrong": { found: "answered 200, not", note: notes.partSumsIgnored },
  "multipart/crc32-composite": { found: 'ChecksumCRC32 of Complete is "urN1dg==-1"', note: notes.compositeCrc },
  "multipart/crc32-full-object": {
    found: 'ChecksumCRC32 and ChecksumType of Head is ["urN1dg==-1","COMPOSITE"]',
    note: notes.compositeCrc,
  },
  "multipart/crc32c-composite": { found: 'ChecksumCRC32C of Complete is "UMQ08g==-1"', note: notes.compositeCrc },
  "multipart/crc32c-full-object": {
    found: 'ChecksumCRC32C and ChecksumType of Head is ["UMQ08g==-1","COMPOSITE"]',
    note: notes.compositeCrc,
  },
  "multipart/crc64nvme-full-object": {
    found: 'ChecksumCRC64NVME and ChecksumType of Head is ["6fstVEKhOPw=-1","COMPOSITE"]',
    note: notes.compositeCrc,
  },
  "multipart/crc64nvme-full-object-wrong": { found: "answered 200, not", note: notes.crc64Unchecked },
  "multipart/get-part-missing": { found: "answered 400 InvalidPart, not", note: notes.otherCode },
  "multipart/get-part-range": { found: "status and Content-Range is [200,null]", note: notes.partNumberPlain },
  "multipart/part-checksum-listed": { found: "algorithm and type is [null,null]", note: notes.sumsNotListed },
  "objects/length-required": { found: "answered 200, not", note: notes.lengthOptional },
  "sse/s3-header": { found: "answered 400 InvalidArgument, not", note: notes.kmsOff },
  "streaming/signed-trailer-wrong": { found: "answered 200, not", note: notes.unnamedChecksum },
  "streaming/trailer-kept": { found: "x-amz-checksum-crc32 is undefined", note: notes.unnamedChecksum },
  "streaming/unsigned-trailer-missing": { found: "answered 200, not", note: notes.trailerNotMissed },
  "streaming/unsigned-trailer-wrong": { found: "answered 200, not", note: notes.unnamedChecksum },
  "versions/get-deleted": { found: "x-amz-version-id is undefined", note: notes.deletedMarker },
};
