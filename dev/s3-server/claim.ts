/** What a request claims about its caller: the Authorization header, or the parameters of a presigned URL. */
import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./errors";
import { parseCredential, parseTimestamp, type Scope } from "./signature";
import type { Query } from "./uri";

/** What the signature covers. */
export interface SignedRequest {
  method: string;
  path: string;
  query: Query;
  headers: IncomingHttpHeaders;
}

/** A claim, not yet proved by its signature. */
export interface Claim {
  scope: Scope;
  signedHeaders: string[];
  signature: string;
  timestamp: string;
  token: string | undefined;
  presigned: boolean;
}

const MAX_SKEW = 15 * 60_000;

/** The claim of a request, its form and its times checked; undefined for an anonymous one. */
export function readClaim(request: SignedRequest, now: number): Claim | undefined {
  const { headers, query } = request;
  if (headers.authorization !== undefined && (query["X-Amz-Algorithm"] ?? query.Signature) !== undefined) {
    throw new S3Error("InvalidArgument", {
      message:
        "Only one auth mechanism allowed; only the X-Amz-Algorithm query parameter, Signature query string parameter or the Authorization header should be specified",
      extra: { ArgumentName: "Authorization" },
    });
  }
  if (typeof headers.authorization === "string") return fromHeader(headers.authorization, headers, now);
  if (query["X-Amz-Algorithm"] !== undefined || query["X-Amz-Signature"] !== undefined) return fromQuery(query, now);
  if (query.Signature !== undefined && query.AWSAccessKeyId !== undefined) throw unsupported();
  return undefined;
}

function unsupported(): S3Error {
  return new S3Error("InvalidRequest", {
    message: "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
  });
}

function fromHeader(authorization: string, headers: IncomingHttpHeaders, now: number): Claim {
  if (!authorization.startsWith("AWS4-HMAC-SHA256")) throw unsupported();
  let credential = "";
  let signedHeaders = "";
  let signature = "";
  for (const field of authorization.slice(16).split(",")) {
    const equals = field.indexOf("=");
    if (equals <= 0) continue;
    const name = field.slice(0, equals).trim();
    const value = field.slice(equals + 1).trim();
    if (name === "Credential") credential = value;
    else if (name === "SignedHeaders") signedHeaders = value;
    else if (name === "Signature") signature = value;
  }
  const scope = parseCredential(credential);
  if (!scope || !signedHeaders || !signature) {
    throw new S3Error("AuthorizationHeaderMalformed", {
      message: "The authorization header is malformed; Credential, SignedHeaders and Signature are required.",
    });
  }
  const amzDate = headers["x-amz-date"];
  const timestamp = typeof amzDate === "string" ? amzDate : httpDate(headers.date);
  const time = parseTimestamp(timestamp);
  if (Number.isNaN(time)) {
    throw new S3Error("AccessDenied", { message: "AWS authentication requires a valid Date or x-amz-date header" });
  }
  if (Math.abs(time - now) > MAX_SKEW) {
    throw new S3Error("RequestTimeTooSkewed", {
      extra: {
        RequestTime: timestamp,
        ServerTime: new Date(now).toISOString().replace(/\.\d+/, ""),
        MaxAllowedSkewMilliseconds: MAX_SKEW,
      },
    });
  }
  if (!timestamp.startsWith(scope.date)) {
    throw new S3Error("AuthorizationHeaderMalformed", {
      message: `The authorization header is malformed; Invalid credential date "${scope.date}".`,
    });
  }
  const token = headers["x-amz-security-token"];
  return {
    scope,
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp,
    token: typeof token === "string" ? token : undefined,
    presigned: false,
  };
}

function fromQuery(query: Query, now: number): Claim {
  const malformed = (message: string) => new S3Error("AuthorizationQueryParametersError", { message });
  if (query["X-Amz-Algorithm"] !== "AWS4-HMAC-SHA256") {
    throw malformed('X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"');
  }
  const scope = parseCredential(query["X-Amz-Credential"] ?? "");
  const timestamp = query["X-Amz-Date"] ?? "";
  const signedHeaders = query["X-Amz-SignedHeaders"];
  const signature = query["X-Amz-Signature"];
  const time = parseTimestamp(timestamp);
  if (!scope || !signedHeaders || !signature || Number.isNaN(time) || query["X-Amz-Expires"] === undefined) {
    throw malformed(
      "Query-string authentication version 4 requires the X-Amz-Algorithm, X-Amz-Credential, X-Amz-Signature, X-Amz-Date, X-Amz-SignedHeaders, and X-Amz-Expires parameters.",
    );
  }
  const seconds = Number(query["X-Amz-Expires"]);
  if (!Number.isInteger(seconds) || seconds < 0) throw malformed("X-Amz-Expires should be a number");
  if (seconds > 604_800)
    throw malformed(
      "X-Amz-Expires must be less than a week (in seconds); that is, the given X-Amz-Expires must be less than 604800 seconds",
    );
  if (!timestamp.startsWith(scope.date)) throw malformed(`Invalid credential date "${scope.date}".`);
  const serverTime = new Date(now).toISOString().replace(/\.\d+/, "");
  if (time - now > MAX_SKEW) {
    throw new S3Error("AccessDenied", { message: "Request is not yet valid", extra: { ServerTime: serverTime } });
  }
  if (now > time + seconds * 1000) {
    const expires = new Date(time + seconds * 1000).toISOString().replace(/\.\d+/, "");
    throw new S3Error("AccessDenied", {
      message: "Request has expired",
      extra: { "X-Amz-Expires": seconds, Expires: expires, ServerTime: serverTime },
    });
  }
  return {
    scope,
    signedHeaders: signedHeaders.split(";"),
    signature,
    timestamp,
    token: query["X-Amz-Security-Token"],
    presigned: true,
  };
}

function httpDate(date: string | undefined): string {
  const time = Date.parse(date ?? "");
  return Number.isNaN(time) ? "" : new Date(time).toISOString().replace(/[-:]|\.\d+/g, "");
}
