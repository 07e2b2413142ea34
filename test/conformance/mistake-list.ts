/** Deliberate mistakes in the embedded server, each of which checks of the suite must find. */

export interface Mistake {
  /** what the server does wrong */
  name: string;
  /** the compiled file below dev/s3-server */
  file: string;
  /** what is replaced; it must be in the file exactly once */
  from: string;
  to: string;
  /** ids of checks that must fail, beside others that may */
  expected: readonly string[];
}

export const mistakes: readonly Mistake[] = [
  {
    name: "accepts a wrong secret",
    file: "authentication.js",
    from: "if ((0, signature_1.sign)(key, text) !== claim.signature) {",
    to: "if (false) {",
    expected: ["signatures/wrong-secret", "signatures/tampered-path", "presigned/tampered-expiry"],
  },
  {
    name: "ignores If-None-Match on writes",
    file: "conditions.js",
    from: 'if (exists)\n            throw failed("If-None-Match");',
    to: "",
    expected: ["conditions/put-existing", "conditions/put-race", "conditions/complete-none-match"],
  },
  {
    name: "lists in the order of UTF-16 code units",
    file: "byte-order.js",
    from: "const MOVED = /[\\ud800-\\uffff]/;",
    to: "const MOVED = /[^\\s\\S]/;",
    expected: ["listing/byte-order", "listing/byte-order-pages", "listing/byte-order-prefixes"],
  },
  {
    name: "forgets EncodingType",
    file: "xml.js",
    from: "if (value === undefined)\n        return",
    to: 'if (value === undefined || name === "EncodingType")\n        return',
    expected: ["listing/encoding-type", "listing/v1-encoding-type"],
  },
  {
    name: "leaves common prefixes out of KeyCount",
    file: "list-objects.js",
    from: "page.entries.length + page.prefixes.length",
    to: "page.entries.length",
    expected: ["listing/key-count"],
  },
  {
    name: "loses the last part on Complete",
    file: "complete-upload.js",
    from: "joinBodies)(parts.map((part) => part.body))",
    to: "joinBodies)(parts.map((part) => part.body).slice(0, Math.max(1, parts.length - 1)))",
    expected: ["multipart/round-trip"],
  },
  {
    name: "keeps the framing of aws-chunked in the body",
    file: "receive.js",
    from: "const streaming = (0, authentication_1.isStreaming)(payloadHash);",
    to: "const streaming = false;",
    expected: ["streaming/signed", "streaming/no-content-encoding", "streaming/sdk-stream"],
  },
  {
    name: "ignores Content-MD5",
    file: "receive.js",
    from: "if (contentMd5 && !contentMd5.equals(digest)) {",
    to: "if (false) {",
    expected: ["checksums/md5-wrong", "deleteobjects/wrong-md5"],
  },
  {
    name: "ends ranges one byte early",
    file: "ranges.js",
    from: "Math.min(size, last + 1)",
    to: "Math.min(size, last)",
    expected: ["objects/range-start", "objects/range-middle"],
  },
  {
    name: "lists keys below a delete marker",
    file: "listing.js",
    from: "if (version === undefined || version.deleteMarker) {",
    to: "if (version === undefined) {",
    expected: ["listing/delete-marker"],
  },
  {
    name: "lets presigned URLs never expire",
    file: "claim.js",
    from: "if (now > time + seconds * 1000) {",
    to: "if (false) {",
    expected: ["presigned/expired"],
  },
  {
    name: "takes a prefix for a folder",
    file: "listing.js",
    from: "const prefix = (0, byte_order_1.toOrder)(options.prefix);",
    to: 'const prefix = (0, byte_order_1.toOrder)(options.prefix.replace(/[^/]$/, "$&/"));',
    expected: ["listing/prefix", "listing/delimiter-prefix"],
  },
  {
    name: "lists the marker itself",
    file: "listing.js",
    from: `: \`\${order}\\u0000\`;`,
    to: ": order;",
    expected: ["listing/start-after", "listing/v1-marker", "listing/pages"],
  },
  {
    name: "ends a listing with its first page",
    file: "listing.js",
    from: "page.truncated = true;",
    to: "",
    expected: ["listing/pages", "listing/is-truncated", "listing/all-keys"],
  },
  {
    name: "does not check checksums, in headers and trailers",
    file: "receive.js",
    from: "if (said !== value) {",
    to: "if (false) {",
    expected: ["checksums/crc32-wrong", "checksums/crc64nvme-wrong", "streaming/unsigned-trailer-wrong"],
  },
  {
    name: "does not check the signatures of chunks",
    file: "chunked.js",
    from: "if (signature !== claimed) {",
    to: "if (false) {",
    expected: ["streaming/chunk-signature", "streaming/last-chunk-signature", "streaming/signed-trailer-signature"],
  },
  {
    name: "takes x-amz-* headers that are not signed",
    file: "authentication.js",
    from: "if (missing.length === 0)",
    to: "if (true)",
    expected: ["signatures/unsigned-header"],
  },
  {
    name: "answers If-None-Match on reads with the whole object",
    file: "conditions.js",
    from: 'return etagMatches(noneMatch, version.etag) ? "304" : "full";',
    to: 'return "full";',
    expected: ["conditions/none-match-wrong", "conditions/none-match-over-modified"],
  },
  {
    name: "deletes more than 1,000 keys at once",
    file: "delete-object.js",
    from: "|| wanted.length > MAX_KEYS)",
    to: ")",
    expected: ["deleteobjects/thousand-and-one"],
  },
  {
    name: "stores aws-chunked as Content-Encoding",
    file: "attributes.js",
    from: 'one !== "" && one.toLowerCase() !== "aws-chunked"',
    to: 'one !== ""',
    expected: ["streaming/encoding-not-stored", "streaming/encoding-beside"],
  },
  {
    name: "gives ETags without quotes",
    file: "get-object.js",
    from: `etag: \`"\${version.etag}"\`,`,
    to: "etag: version.etag,",
    expected: ["objects/etag", "conditions/not-modified-headers"],
  },
];
