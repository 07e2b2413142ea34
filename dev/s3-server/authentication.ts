/** Who sent a request: the Authorization header or the query string, the clock, the session token, the signature. */
import type { IncomingHttpHeaders } from "node:http";
import { type Claim, readClaim, type SignedRequest } from "./claim";
import { carriesCustomerKey } from "./encryption";
import { S3Error } from "./errors";
import type { User } from "./options";
import type { Caller } from "./policy";
import { canonicalRequest, type Scope, sign, signingKey, stringToSign } from "./signature";

/** What was learned about the caller; the signing key is kept for the chunks of a streamed body. */
export interface Identity extends Caller {
  scope?: Scope;
  timestamp?: string;
  signature?: string;
  signingKey?: Buffer;
  /** x-amz-content-sha256, or UNSIGNED-PAYLOAD */
  payloadHash: string;
}

const PAYLOADS = new Set([
  "UNSIGNED-PAYLOAD",
  "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
  "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER",
]);

/**
 * The identity behind a request. `bodyHash` is given for services that sign the hash of the body without naming it
 * in a header (STS). Throws S3's errors for whatever is wrong with the claim; a request without one is anonymous.
 */
export function authenticate(
  request: SignedRequest,
  users: ReadonlyMap<string, User>,
  now: number,
  bodyHash?: string,
): Identity {
  const header = request.headers["x-amz-content-sha256"];
  const named = typeof header === "string" ? header : undefined;
  const claim = readClaim(request, now);
  if (!claim) return { payloadHash: named ?? "UNSIGNED-PAYLOAD" };
  // STS names its service itself
  if (bodyHash === undefined) requireS3(claim);
  const payloadHash = bodyHash ?? payloadOf(named, claim);
  const user = findUser(users, claim.scope.accessKey, claim.token, now);
  requireSigned(request.headers, claim);
  const key = signingKey(user.secretKey, claim.scope);
  const canonical = canonicalRequest({ ...request, signedHeaders: claim.signedHeaders, payloadHash });
  const text = stringToSign(claim.timestamp, claim.scope, canonical);
  if (sign(key, text) !== claim.signature) {
    throw new S3Error("SignatureDoesNotMatch", {
      extra: {
        AWSAccessKeyId: claim.scope.accessKey,
        StringToSign: text,
        SignatureProvided: claim.signature,
        StringToSignBytes: spacedHex(text),
        // a customer's key (SSE-C) that was signed stands in it
        ...(!(carriesCustomerKey(request.headers) || carriesCustomerKey(request.query)) && {
          CanonicalRequest: canonical,
          CanonicalRequestBytes: spacedHex(canonical),
        }),
      },
    });
  }
  return {
    ...callerOf(user),
    scope: claim.scope,
    timestamp: claim.timestamp,
    signature: claim.signature,
    signingKey: key,
    payloadHash,
  };
}

/** What a user may do. */
export function callerOf(user: User): Caller {
  return {
    accessKey: user.accessKey,
    ...(user.name !== undefined && { name: user.name }),
    ...(user.arns && { arns: user.arns }),
    ...(user.root && { root: true }),
    ...(user.allow && { allow: user.allow }),
    ...(user.deny && { deny: user.deny }),
    ...(user.session && { session: user.session }),
  };
}

/** The user with these keys. Throws InvalidAccessKeyId, InvalidToken, ExpiredToken. */
export function findUser(
  users: ReadonlyMap<string, User>,
  accessKey: string,
  token: string | undefined,
  now: number,
): User {
  const user = users.get(accessKey);
  if (!user || (user.sessionToken !== undefined && token === undefined)) {
    throw new S3Error("InvalidAccessKeyId", { extra: { AWSAccessKeyId: accessKey } });
  }
  if (token !== user.sessionToken) throw new S3Error("InvalidToken");
  if (user.expires !== undefined && Number(user.expires) <= now) throw new S3Error("ExpiredToken");
  return user;
}

function requireS3({ scope: { service }, presigned }: Claim): void {
  if (service === "s3") return;
  const wrong = `incorrect service "${service}". This endpoint belongs to "s3".`;
  throw presigned
    ? new S3Error("AuthorizationQueryParametersError", {
        message: `Error parsing the X-Amz-Credential parameter; ${wrong}`,
      })
    : new S3Error("AuthorizationHeaderMalformed", { message: `The authorization header is malformed; ${wrong}` });
}

/** The host and every x-amz-* header must be signed; a presigned URL may come with its payload hash unsigned. */
function requireSigned(headers: IncomingHttpHeaders, claim: Claim): void {
  const missing: string[] = [];
  for (const name in headers) {
    if (name !== "host" && !name.startsWith("x-amz-")) continue;
    if (claim.presigned && name === "x-amz-content-sha256") continue;
    if (!claim.signedHeaders.includes(name)) missing.push(name);
  }
  if (missing.length === 0) return;
  throw new S3Error("AccessDenied", {
    message: "There were headers present in the request which were not signed",
    extra: { HeadersNotSigned: missing.join(", ") },
  });
}

function payloadOf(named: string | undefined, claim: Claim): string {
  if (claim.presigned && !claim.signedHeaders.includes("x-amz-content-sha256")) return "UNSIGNED-PAYLOAD";
  if (named === undefined) {
    throw new S3Error("InvalidRequest", { message: "Missing required header for this request: x-amz-content-sha256" });
  }
  if (!PAYLOADS.has(named) && !/^[0-9a-f]{64}$/.test(named)) {
    throw new S3Error("InvalidArgument", {
      message:
        "x-amz-content-sha256 must be UNSIGNED-PAYLOAD, STREAMING-UNSIGNED-PAYLOAD-TRAILER, STREAMING-AWS4-HMAC-SHA256-PAYLOAD, STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER or a valid sha256 value.",
      extra: { ArgumentName: "x-amz-content-sha256", ArgumentValue: named },
    });
  }
  return named;
}

function spacedHex(text: string): string {
  return Buffer.from(text, "latin1")
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");
}

/** Whether the payload of a request comes as aws-chunked. */
export function isStreaming(payloadHash: string): boolean {
  return payloadHash.startsWith("STREAMING-");
}
