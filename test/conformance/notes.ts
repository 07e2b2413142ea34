/** What the deviations mean, in plain words, for docs/servers.md. The same cause has the same words, and one footnote. */
export const notes = {
  alwaysNextMarker: "NextMarker comes without a delimiter too, which does no harm.",
  batchUnchecked:
    "DeleteObjects is not checked: it takes a request without Content-MD5 or checksum, and one whose Content-MD5 or checksum is wrong.",
  batchUnconditional: "The ETag of a key in DeleteObjects is ignored: the object goes.",
  checksumNotListed: "Listings do not name checksums.",
  chunkedKept: "aws-chunked is kept in the object's Content-Encoding, which clients then try to decode.",
  completeUnconditional: "If-None-Match on CompleteMultipartUpload is ignored: the key is overwritten.",
  copyUnconditional: "If-None-Match and If-Match on a copy's target are ignored: the target is overwritten.",
  deleteUnconditional: "If-Match on deletions is ignored: the object goes.",
  ended:
    "A signed trailer whose signature is wrong ends radosgw 18.2.7: an exception that nobody catches. Any key pair that may write can do that, so that it belongs behind a proxy which refuses STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER, or upgraded.",
  lastChunkUnread:
    "Signed chunks are checked until the announced length is reached; the last, empty one, and its signature, are not looked at.",
  lengthOptional: "A Put without Content-Length, with Transfer-Encoding: chunked, is taken.",
  lenient: "A value that S3 refuses with InvalidArgument is ignored.",
  matchNeverHolds: "If-Match on Put never holds: 412 also with the right ETag.",
  moreMetadata: "User metadata may be larger than 2 KB.",
  noChecksums:
    "Knows no checksums: they are neither checked nor kept, so that Content-MD5 and the signed hash of the body are all that protects an upload.",
  noDefaultChecksum: "An object that came without a checksum stays without one.",
  noEmptyStream: "An empty body in signed chunks is refused.",
  noErrorBody: "The status is right, but the reply has no body and so no code.",
  noMessage: "Errors have a code and no message.",
  noTrailers:
    "Trailing checksums, and so streams from SDKs at default settings, are refused: set requestChecksumCalculation to WHEN_REQUIRED, or `checksums: required` in this package, and tell the length of a stream.",
  noneMatchAnyETag: "If-None-Match takes an ETag on a write as well, and compares it as RFC 9110 says.",
  noneMatchOtherValue: "If-None-Match with an ETag is taken for `*`, or compared in its own way: the reply is 412.",
  noneMatchVersioned: "If-None-Match: * is ignored in buckets with versioning: the key gets a new version.",
  notModifiedBare: "304 comes without the ETag.",
  onlyKeysEncoded:
    "encoding-type=url encodes keys and common prefixes, but not Prefix, Delimiter, Marker and StartAfter, and no brackets.",
  otherCode: "The same refusal with another code.",
  plainToken: "A continuation token is a key in plain text; any text is taken for one.",
  scopeUnchecked: "Of a signature's scope, date and service are taken as they come; the signature itself is checked.",
  trailerNotMissed: "A trailer that was announced and does not come is not missed.",
  unnamedChecksum:
    "A checksum in a header or trailer counts only when x-amz-sdk-checksum-algorithm names it, which SDKs do: without that name it is not checked and not kept.",
  unreadableRange: "A range that cannot be read, or that asks for the last 0 bytes, gives the whole object with 206.",
  unsignedHeaders: "x-amz-* headers that are not signed are taken: whoever is between may add them.",
} as const;
