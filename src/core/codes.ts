/**
 * What each error code means to a flow author, and what to do about it. Codes are those of the S3 API reference
 * ("Error responses"), of Node.js's system errors, and our own.
 */
export interface Meaning {
  /** Completes "read docs/a.txt: …". */
  what: string;
  /** The next step. */
  hint: string;
  /** The same request may succeed later. */
  retryable?: true;
}

const throttled: Meaning = {
  what: "the store asks to slow down",
  hint: "Send fewer messages at a time, or lower In flight in the connection.",
  retryable: true,
};
const broken: Meaning = { what: "the store had a fault of its own", hint: "Try again later.", retryable: true };
const conflict: Meaning = {
  what: "another writer was at work on it",
  hint: "Try again.",
  retryable: true,
};
const certificate: Meaning = {
  what: "the TLS certificate of the store is not trusted",
  hint: "Choose a TLS configuration with the store's certificate authority in the connection.",
};
const unreachable: Meaning = {
  what: "the store cannot be reached from this machine",
  hint: "Check the network and the endpoint in the connection.",
  retryable: true,
};
const dropped: Meaning = {
  what: "the connection to the store was cut",
  hint: "Check the network and the endpoint in the connection, and try again.",
  retryable: true,
};
const unresolved: Meaning = {
  what: "the name of the store cannot be resolved",
  hint: "Check the endpoint, the region and the bucket for typing errors, and the network's DNS.",
  retryable: true,
};
const exhausted: Meaning = {
  what: "this machine has no more files and sockets for Node-RED",
  hint: "Lower In flight in the connection, or raise the limit of the machine (ulimit -n).",
  retryable: true,
};
const portless: Meaning = {
  what: "this machine has no free port, or no address, to connect from",
  hint: "Check its network, and lower In flight in the connection.",
  retryable: true,
};
const token: Meaning = {
  what: "the session token is not accepted",
  hint: "Get new temporary keys, and fill in all three: Access key, Secret key and Token.",
};

export const meanings: Readonly<Record<string, Meaning>> = {
  __proto__: null as never,
  AccessDenied: {
    what: "the keys do not allow this",
    hint: "Check both keys in the connection, and give them the permissions that the node's help lists. Without s3:ListBucket, a missing object is answered like this too.",
  },
  AllAccessDisabled: { what: "the account is disabled", hint: "Ask the store's operator." },
  AuthorizationHeaderMalformed: {
    what: "the store expects another region",
    hint: "Set Region in the connection to that of the bucket.",
  },
  BadDigest: { what: "the data were changed on the way", hint: "Try again.", retryable: true },
  BadRequest: {
    what: "the store refuses the request, and does not say why",
    hint: "Check the name of the bucket (most stores take no capitals in it), the keys, the session token (it may have expired), the region and the endpoint in the connection. If it is this object alone, it is probably encrypted with a customer's key (SSE-C), without which the store tells nothing of it.",
  },
  BucketAlreadyExists: {
    what: "the name of the bucket is taken by somebody else",
    hint: "Bucket names are shared by all accounts: choose another.",
  },
  ConditionalRequestConflict: conflict,
  ConcurrentModification: conflict,
  OperationAborted: conflict,
  EntityTooLarge: { what: "the object is larger than the store takes", hint: "Split it." },
  ExpiredToken: { ...token, what: "the session token has expired" },
  InvalidToken: token,
  InvalidAccessKeyId: {
    what: "the store does not know the access key",
    hint: "Check Access key and Endpoint in the connection.",
  },
  InternalError: broken,
  InvalidArgument: {
    what: "the store does not take one of the values",
    hint: "Check version, encryption (AES256, aws:kms or aws:kms:dsse) and the other options of the node.",
  },
  InvalidStorageClass: {
    what: "the store has no such storage class",
    hint: "On AWS it is one such as STANDARD_IA or GLACIER; leave it empty for the bucket's.",
  },
  InvalidBucketName: {
    what: "the name of the bucket is not valid",
    hint: "Bucket names have 3 to 63 lower-case letters, digits, dots and hyphens.",
  },
  InvalidTag: {
    what: "the store does not take one of the tags",
    hint: "Names and values may have letters, digits, spaces and + - = . _ : / @.",
  },
  RequestHeaderSectionTooLarge: {
    what: "what goes into the request's headers is too long",
    hint: "Shorten the metadata, the tags and the other options: S3 takes 8 KB of them in all.",
  },
  InvalidObjectState: {
    what: "the object is in an archive",
    hint: "Restore it first: objects of the Glacier storage classes cannot be read at once.",
  },
  InvalidRange: { what: "the object has no bytes in this range", hint: "Check the range against the object's size." },
  KeyTooLongError: { what: "the path is too long", hint: "A key may have 1,024 bytes in UTF-8." },
  MetadataTooLarge: { what: "the metadata are too large", hint: "They may have 2 KB in all." },
  MethodNotAllowed: {
    what: "the store does not do this here",
    hint: "A version that is a delete marker can only be deleted.",
  },
  NoSuchBucket: {
    what: "there is no such bucket",
    hint: "Check Bucket, Region and Endpoint (which has no bucket in it) in the connection; the create node can make the bucket.",
  },
  NoSuchKey: {
    what: "there is no such object",
    hint: "Check the path: capitals, spaces and a leading / count.",
  },
  NoSuchVersion: { what: "there is no such version of the object", hint: "Check the version." },
  NoSuchUpload: { what: "the upload was ended by somebody else", hint: "Try again.", retryable: true },
  NotImplemented: {
    what: "the store does not offer this",
    hint: "Leave out the option, or set in the connection Checksums to “required”, or Write guard to “check”.",
  },
  PermanentRedirect: {
    what: "the bucket is in another region",
    hint: "Set Region in the connection to that of the bucket.",
  },
  PreconditionFailed: { what: "the object has changed meanwhile", hint: "Read it again.", retryable: true },
  RequestTimeTooSkewed: { what: "the clock of this machine is wrong", hint: "Set the clock, by NTP if possible." },
  RequestTimeout: { ...broken, what: "the store waited too long for the data" },
  ServiceUnavailable: broken,
  SignatureDoesNotMatch: {
    what: "the secret key does not fit the access key",
    hint: "Copy the secret key into the connection again, without spaces.",
  },
  BandwidthLimitExceeded: throttled,
  RequestLimitExceeded: throttled,
  RequestThrottled: throttled,
  RequestThrottledException: throttled,
  SlowDown: throttled,
  ThrottledException: throttled,
  Throttling: throttled,
  ThrottlingException: throttled,
  TooManyRequests: throttled,
  TooManyRequestsException: throttled,
  MissingParameter: {
    what: "a required parameter is not there",
    hint: "The text says where it was looked for: put it into the message, or fill in the field.",
  },
  InvalidParameter: {
    what: "a parameter has a wrong kind or value",
    hint: "The text says what was found, and what it must be. Nothing was sent.",
  },
  InvalidListing: {
    what: "the listing is not whole, or none that the node can go by",
    hint: "The text says which object is wrong, and what: store it again, or name another listing. Nothing was deleted by it, unless the text says how many.",
  },
  NoConnection: {
    what: "the node has no connection that works",
    hint: "Choose one in the node; the text says what is missing in it.",
  },
  NotAFile: {
    what: "the path is a folder, since it ends with /, or on disk no file but a device, a pipe or a socket",
    hint: "Name an object or a file in it.",
  },
  ObjectChanged: {
    what: "the object is not the one with this ETag any more, and was left as it is",
    hint: "Read it again, and change what is there now.",
  },
  ObjectExists: {
    what: "the object exists already and was left as it is",
    hint: "Set overwrite to replace it, or onConflict (If it exists in the form) to skip or rename.",
  },
  ObjectTooLarge: {
    what: "the object has more bytes than maxBytes",
    hint: "Raise maxBytes (At most in the form), or read it as lines, chunks or a stream.",
  },
  ValidationError: {
    what: "the service for temporary keys does not take what the connection asks it for",
    hint: "Check the role in the connection, which looks like arn:aws:iam::…:role/…, its session name and its external ID.",
  },
  WholeBucketRefused: {
    what: "the path / would empty the whole bucket",
    hint: "Name a folder, or tick Whole bucket in the node.",
  },
  TooManyToPurge: {
    what: "more objects match than maxDelete; none was deleted",
    hint: "Raise maxDelete (At most in the form) if they may go.",
  },
  NoSuchFile: {
    what: "there is no such file or folder on the disk of the machine that runs Node-RED",
    hint: "Check the path: capitals count, and relative paths are relative to Node-RED's working directory.",
  },
  InvalidFileName: {
    what: "the name of the file cannot be part of a path in the store",
    hint: "Rename it: names must be UTF-8, and have no backslash.",
  },
  FileRefused: {
    what: "Node-RED may not use this file or folder",
    hint: "Give the user that Node-RED runs as the rights to it.",
  },
  FileExists: {
    what: "the file exists already and was left as it is",
    hint: "Set overwrite to replace it, or onConflict (If it exists in the form) to skip, rename, newer or different.",
  },
  UnsafePath: {
    what: "the name of the object is none for a file, or leads out of the target",
    hint: "The text says what is wrong with it: rename the object, or read it with the read node.",
  },
  NameClash: {
    what: "two objects would be one file, or a file is where a folder is needed",
    hint: "Rename one of them.",
  },
  ENAMETOOLONG: {
    what: "a name is longer than the disk takes",
    hint: "Rename the object, or read it with the read node.",
  },
  FileChanged: {
    what: "the file changed while it was uploaded",
    hint: "Send it again when nobody writes to it.",
    retryable: true,
  },
  DiskFull: { what: "the disk of the machine that runs Node-RED is full", hint: "Make room, and send it again." },
  PartialFailure: {
    what: "some of many objects failed",
    hint: "The result in msg.error.cause.result says which, and why.",
  },
  QueueFull: {
    what: "10,000 messages wait at the node already",
    hint: "Send them more slowly, or raise In flight in the connection.",
    retryable: true,
  },
  Aborted: { what: "stopped, because the flow was deployed again or Node-RED stops", hint: "Send it again." },
  Timeout: {
    what: "no byte moved for the connection's timeout",
    hint: "Check the network, or raise Timeout in the connection.",
    retryable: true,
  },
  InvalidResponse: {
    what: "the answer is not one of S3",
    hint: "Check the endpoint in the connection, and whether a proxy or a login page answers in its place.",
    retryable: true,
  },
  ECONNREFUSED: {
    what: "nothing answers at the endpoint",
    hint: "Check that the store runs, and host and port of the endpoint in the connection.",
    retryable: true,
  },
  ECONNRESET: dropped,
  EPIPE: dropped,
  EPROTO: {
    what: "the store does not speak TLS there",
    hint: "If the store has no TLS, the endpoint in the connection must begin with http:// in place of https://.",
  },
  ENOTFOUND: unresolved,
  EAI_AGAIN: unresolved,
  EHOSTUNREACH: unreachable,
  ENETUNREACH: unreachable,
  EHOSTDOWN: unreachable,
  ENETDOWN: unreachable,
  EMFILE: exhausted,
  ENFILE: exhausted,
  ENOBUFS: exhausted,
  EADDRNOTAVAIL: portless,
  CERT_HAS_EXPIRED: {
    what: "the TLS certificate of the store has expired",
    hint: "Have it renewed, or set the clock of this machine.",
  },
  CERT_NOT_YET_VALID: {
    what: "the TLS certificate of the store is not valid yet",
    hint: "Set the clock of this machine, by NTP if possible.",
  },
  CERT_REVOKED: certificate,
  CERT_SIGNATURE_FAILURE: certificate,
  CERT_UNTRUSTED: certificate,
  DEPTH_ZERO_SELF_SIGNED_CERT: certificate,
  SELF_SIGNED_CERT_IN_CHAIN: certificate,
  UNABLE_TO_GET_ISSUER_CERT: certificate,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: certificate,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: certificate,
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: "the TLS certificate is for another name",
    hint: "Check the endpoint, and set Path style to “always” if the bucket's name has dots.",
  },
};

/** Whether a code says by its name that there are too many requests (see throttling.ts). */
export const asksToSlowDown = (code: string): boolean => meanings[code] === throttled;

/** Whether this machine has not enough of something that it may have again in a moment. */
export const isExhausted = (code: string): boolean => meanings[code] === exhausted || meanings[code] === portless;

/** Whether a connection fails with it for what this machine lacks, or forbids, wherever it goes. */
export const isOfThisMachine = (code: string): boolean =>
  isExhausted(code) || ["EACCES", "EPERM", "ENOMEM", "ENETDOWN"].includes(code);

/** Whether the store is there, and the two do not agree on TLS: on its certificate, mostly. */
export const isOfTls = (code: string): boolean =>
  meanings[code] === certificate || code === "EPROTO" || /^(CERT|ERR_TLS|ERR_SSL)_/.test(code);

/** Of our own errors, this code has a text of its own: here it is the SDK that found none. */
export const noKeys: Meaning = {
  what: "no keys were found",
  hint: "Check in the connection where they come from: the form, the environment, a profile or a role.",
};
