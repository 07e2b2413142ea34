const ceph = ["ceph-20.2", "ceph-18.2", "ceph-16.2"] as const;

/** A KMS key that the server has; the embedded one takes any name for one. */
export const kmsKeys: Readonly<Record<string, string>> = {
  embedded: "arn:aws:kms:us-east-1:111122223333:key/test",
  // `rgw crypt s3 kms encryption keys` in its ceph.conf.
  ...Object.fromEntries(ceph.map((name) => [name, "testkey-1"])),
};

/** A storage class that is not the usual one. */
export const storageClasses: Readonly<Record<string, string>> = {
  embedded: "STANDARD_IA",
  ...Object.fromEntries(ceph.map((name) => [name, "STANDARD_IA"])),
  minio: "REDUCED_REDUNDANCY",
};

/** In what a server does other than S3. */
interface Entry {
  what: string;
  /** How this is known. */
  source: string;
  servers: readonly string[];
}

/**
 * All that is known to differ from S3, by name. Each entry is asserted by a spec, for each of its servers: a spec asks
 * `differs(NAME)` and then holds the server to what is said here.
 */
export const differences = {
  "one-region-only": {
    what: "CreateBucket with the LocationConstraint of any region but its own is an error",
    source: "measured",
    servers: ceph,
  },
  "region-named": {
    what: "a request signed for another region is 400 AuthorizationHeaderMalformed, which names the server's own, for all buckets",
    source: "measured",
    servers: ["minio"],
  },
  "bucket-region-untold": {
    what: "HeadBucket has no x-amz-bucket-region",
    source: "measured",
    servers: ceph,
  },
  "keys-are-file-paths": {
    what: "a key is a path of files: no empty, dot or long segments, and no key below another key",
    source:
      "measured: what lies below a key that is an object is taken, and missing in listings; a leading / is dropped",
    servers: ["minio"],
  },
  "tags-in-ascii": {
    what: "a tag with a letter beyond ASCII is 400 InvalidTag",
    source: "measured",
    servers: ["minio"],
  },
  "no-encryption": {
    what: "x-amz-server-side-encryption is 501 NotImplemented, unless a KMS was set up",
    source: "measured",
    servers: ["minio"],
  },
  "delete-marker-is-404": {
    what: "HEAD of a delete marker by its version is 404, and not 405; only ListObjectVersions shows it",
    source: "measured",
    servers: ceph,
  },
  "errors-without-message": {
    what: "the body of an error has a code and no message",
    source: "measured",
    servers: ceph,
  },
  "if-none-match-ignored-with-versions": {
    what: "in a bucket with versioning, a conditional PutObject or CompleteMultipartUpload writes a further version",
    source: "measured: 32 of 32 writers at once",
    servers: ["ceph-18.2", "ceph-16.2"],
  },
  "if-none-match-ignored-with-parts": {
    what: "a conditional CompleteMultipartUpload replaces what is there, with versions or without",
    source: "measured",
    servers: ["ceph-18.2", "ceph-16.2"],
  },
  "if-none-match-races-with-versions": {
    what: "in a bucket with versioning, several of the conditional writes that come at once succeed",
    source: "measured: 16 of 32 writers at once; one after the other, the second one is refused",
    servers: ["ceph-20.2"],
  },
  "if-match-never-holds": {
    what: "PutObject and CompleteMultipartUpload with If-Match are refused also with the ETag that is there",
    source: "measured: 412",
    servers: ["ceph-18.2", "ceph-16.2"],
  },
  "deleted-counts-as-there": {
    what: "in a bucket whose versioning is suspended, a conditional PutObject of a key that was deleted is refused",
    source: "measured: 412, though GetObject is 404; at the same time as others, 409",
    servers: ceph,
  },
  "tags-lost-with-parts": {
    what: "x-amz-tagging of CreateMultipartUpload is dropped",
    source: "measured: GetObjectTagging shows none",
    servers: ["ceph-18.2", "ceph-16.2"],
  },
  "sse-s3-refused": {
    what: "x-amz-server-side-encryption: AES256 is 400 InvalidArgument, unless it was set up with a vault",
    source: "measured",
    servers: ["ceph-20.2", "ceph-18.2"],
  },
  "sse-s3-ignored": {
    what: "x-amz-server-side-encryption: AES256 is taken, and the object is not encrypted",
    source: "measured",
    servers: ["ceph-16.2"],
  },
  "complete-without-etag-at-first": {
    what: "the first answer to CompleteMultipartUpload has an empty ETag, that to a second one has it",
    source: "measured",
    servers: ["ceph-16.2"],
  },
  "complete-again-without-etag": {
    what: "the answer to a CompleteMultipartUpload that was carried out before is 200 with an empty ETag",
    source: "measured",
    servers: ["ceph-18.2"],
  },
} as const satisfies Record<string, Entry>;

export type Difference = keyof typeof differences;
