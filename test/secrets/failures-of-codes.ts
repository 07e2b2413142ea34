import type { HookAction, RequestInfo } from "../../dev/s3-server/hooks";
import type { Ask } from "./asks";
import { echo } from "./echo";
import type { Failure } from "./failures";

/** Codes that a store answers with, and their status. */
const refusals: Readonly<Record<string, number>> = {
  AccessDenied: 403,
  AllAccessDisabled: 403,
  AuthorizationHeaderMalformed: 400,
  BadDigest: 400,
  BadRequest: 400,
  BucketAlreadyExists: 409,
  ConcurrentModification: 409,
  ConditionalRequestConflict: 409,
  EntityTooLarge: 400,
  ExpiredToken: 400,
  InternalError: 500,
  InvalidAccessKeyId: 403,
  InvalidArgument: 400,
  InvalidBucketName: 400,
  InvalidObjectState: 403,
  InvalidRange: 416,
  InvalidRequest: 400,
  InvalidStorageClass: 400,
  InvalidTag: 400,
  InvalidToken: 400,
  KeyTooLongError: 400,
  MetadataTooLarge: 400,
  MethodNotAllowed: 405,
  NoSuchBucket: 404,
  NoSuchUpload: 404,
  NoSuchVersion: 404,
  NotImplemented: 501,
  OperationAborted: 409,
  PreconditionFailed: 412,
  RequestHeaderSectionTooLarge: 431,
  RequestTimeout: 400,
  ServiceUnavailable: 503,
  SignatureDoesNotMatch: 403,
};

/** Those by which it asks to slow down. */
const throttles: Readonly<Record<string, number>> = {
  BandwidthLimitExceeded: 509,
  RequestLimitExceeded: 503,
  RequestThrottled: 400,
  RequestThrottledException: 400,
  SlowDown: 503,
  ThrottledException: 400,
  Throttling: 400,
  ThrottlingException: 400,
  TooManyRequests: 429,
  TooManyRequestsException: 429,
};

/** Of a request for `codes/CODE`, that code, in an answer that tells all that it was told. */
const byKey =
  (codes: Readonly<Record<string, number>>) =>
  (request: RequestInfo): object | undefined => {
    const [, code = ""] = /^codes\/(\w+)$/.exec(request.key ?? "") ?? [];
    return code in codes ? { error: { code, status: codes[code], message: echo(request) } } : undefined;
  };

const asksFor =
  (codes: Readonly<Record<string, number>>, verb: string, more: object = {}) =>
  (): readonly Ask[] =>
    Object.keys(codes).map((code) => ({
      verb,
      payload: { path: `codes/${code}`, ...more },
      code: new RegExp(`^${code}$`),
    }));

const ofUploads = { BadDigest: 400, XAmzContentSHA256Mismatch: 400, IncompleteBody: 400, InvalidDigest: 400 };

/** A connection asks for keys no longer than its timeout, which may be over first: that service throttles by itself below. */
const butForKeys = ({ operation }: RequestInfo, action: HookAction): HookAction | undefined =>
  operation === "AssumeRole" ? undefined : action;

export const failuresOfCodes: Readonly<Record<string, Failure>> = {
  "a store refuses, with each of its codes": {
    hook: byKey(refusals),
    asks: asksFor(refusals, "read"),
    code: undefined,
  },
  "a store finds other bytes than were sent": {
    hook: byKey(ofUploads),
    asks: asksFor(ofUploads, "write", { data: "text" }),
    code: undefined,
  },
  "a store asks to slow down, with each of its codes": {
    connection: () => ({ maxAttempts: 1 }),
    hook: byKey(throttles),
    asks: asksFor(throttles, "read"),
    code: undefined,
  },
  // What lists and deletes goes on asking, until the connection's timeout is over.
  "a store asks to slow down, until nobody waits for it any more": {
    connection: () => ({ timeout: 1.5 }),
    hook: (request) => butForKeys(request, { error: { code: "SlowDown", status: 503, message: echo(request) } }),
    by: ["read", "list", "purge", "download", "write"],
    code: /^SlowDown$/,
  },
  "a proxy lets through no more requests": {
    connection: () => ({ timeout: 1.5 }),
    hook: (request) => butForKeys(request, { handle: false, status: 429, body: `<html>${echo(request)}</html>` }),
    by: ["read", "list", "purge", "download", "write"],
    code: /^TooManyRequests$/,
  },
  "the service that gives temporary keys asks to slow down": {
    hook: (request) =>
      request.operation === "AssumeRole"
        ? { error: { code: "SlowDown", status: 503, message: echo(request) } }
        : undefined,
    ways: ["profileOfRole", "role", "roleOfChain"],
    code: /^SlowDown$/,
  },
};
