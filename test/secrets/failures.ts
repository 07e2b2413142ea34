import type { S3Server } from "../../dev/s3-server";
import type { Hook, RequestInfo } from "../../dev/s3-server/hooks";
import { crc32Base64 } from "../../src/core/checksum";
import { type Ask, verbs } from "./asks";
import { echo, signedWith } from "./echo";
import { failuresOfCodes } from "./failures-of-codes";
import { failuresOfOurOwn } from "./failures-of-our-own";
import { failuresOfProfiles } from "./failures-of-profiles";
import { failuresOfSignatures } from "./failures-of-signatures";
import { users, type WayName } from "./ways";

export interface Stage {
  server: S3Server;
  /** An S3 server with a certificate that nobody trusts. */
  secure: S3Server;
  /** For files. */
  folder: string;
}

/** Something that goes wrong. */
export interface Failure {
  /** Of the connections, beside their way to sign in. */
  connection?: (stage: Stage) => object;
  hook?: Hook;
  /** Changes the server; gives what undoes it. */
  prepare?: (stage: Stage) => (() => void) | Promise<() => void>;
  /** The ways to sign in in which it can go wrong; all if it is not said. */
  ways?: readonly WayName[];
  /** What is asked meanwhile, if it is not the usual. */
  asks?: (stage: Stage) => readonly Ask[];
  /** Of what is asked usually. */
  payload?: object;
  /** Deploys anew while all is under way. */
  redeploy?: true;
  /** The code of the error, or that there is none. */
  code: RegExp | undefined;
  /** The nodes that say so; the read node if it is not said. */
  by?: readonly string[];
  /** The code in ways to sign in in which it is another one. */
  elsewhere?: Partial<Record<WayName, RegExp | undefined>>;
}

/** Puts other users in place of those that there are. */
const others =
  (change: (user: (typeof users)[number]) => object | undefined) =>
  ({ server }: Stage) => {
    for (const user of users) {
      const other = change(user);
      server.removeUser(user.accessKey);
      if (other) server.addUser({ ...user, ...other });
    }
    return () => users.forEach(server.addUser);
  };

const closedPort = "http://127.0.0.1:1";

export const failures: Readonly<Record<string, Failure>> = {
  "nothing goes wrong": { code: undefined, by: verbs },
  "a connection is refused": {
    connection: () => ({ endpoint: closedPort, stsEndpoint: closedPort }),
    code: /^ECONNREFUSED$/,
  },
  "a name is not known": {
    connection: () => ({ endpoint: "http://nowhere.invalid", stsEndpoint: "http://nowhere.invalid", maxAttempts: 1 }),
    // Where names are looked up slowly, many at once take longer than a connection waits.
    code: /^(ENOTFOUND|EAI_AGAIN|Timeout)$/,
  },
  "a certificate is not trusted": {
    connection: ({ secure }) => ({ endpoint: secure.endpoint, stsEndpoint: secure.endpoint }),
    code: /^DEPTH_ZERO_SELF_SIGNED_CERT$/,
  },
  "a certificate is for another name": {
    connection: ({ secure }) => {
      const endpoint = secure.endpoint.replace(/localhost|127\.0\.0\.1/, "0.0.0.0");
      return { endpoint, stsEndpoint: endpoint, tls: "trusting" };
    },
    code: /^ERR_TLS_CERT_ALTNAME_INVALID$/,
  },
  "a network is not reached": {
    // To many hosts at once, which no connection goes to.
    connection: () => ({ endpoint: "http://224.0.0.1:9", stsEndpoint: "http://224.0.0.1:9" }),
    code: /^ENETUNREACH$/,
  },
  "TLS is spoken to a plain server": {
    connection: ({ server }) => ({ endpoint: server.endpoint.replace("http:", "https:"), pathStyle: "always" }),
    code: /^(EPROTO|ERR_SSL_|ECONNRESET)/,
  },
  "the key of a client certificate cannot be opened": {
    connection: ({ secure }) => ({ endpoint: secure.endpoint, stsEndpoint: secure.endpoint, tls: "tls" }),
    code: /^(ERR_|E[A-Z]+|Error)/,
  },
  "no answer comes": { connection: () => ({ timeout: 0.3 }), hook: { stall: true }, code: /^Timeout$/ },
  "a connection is reset": { hook: { reset: true }, code: /^ECONNRESET$/ },
  "an answer is cut off": { hook: { cut: 0 }, code: /^(InvalidResponse|ECONNRESET)$/ },
  "the bytes of an object are changed on their way": {
    hook: {
      operation: "GetObject",
      headers: { "x-amz-checksum-crc32": crc32Base64(Buffer.from("A")) },
      body: () => "B",
    },
    by: ["read", "download"],
    code: /\bInvalidResponse$/,
  },
  "a secret is wrong": {
    prepare: others(() => ({ secretKey: "another-secret-key" })),
    code: /^SignatureDoesNotMatch$/,
    elsewhere: { anonymous: undefined },
  },
  "a key is not known": {
    prepare: others(() => undefined),
    code: /^InvalidAccessKeyId$/,
    elsewhere: {
      anonymous: undefined,
      profileOfRole: /^InvalidClientTokenId$/,
      role: /^InvalidClientTokenId$/,
      roleOfChain: /^InvalidClientTokenId$/,
    },
  },
  "a token has expired": {
    prepare: others(({ sessionToken }) => ({ sessionToken: sessionToken ?? "any", expires: 1 })),
    // Keys without a token are others then.
    code: /^(ExpiredToken|InvalidAccessKeyId)$/,
    elsewhere: { anonymous: undefined },
  },
  "access is denied": { hook: { error: "AccessDenied" }, code: /^AccessDenied$/ },
  "keys are refused one by one": {
    hook: (request) =>
      request.operation === "DeleteObjects" ? { keyError: () => "AccessDenied" } : refusedObject(request),
    code: /^AccessDenied$/,
  },
  "keys are refused one by one, with what was sent in place of a code": {
    hook: (request) =>
      request.operation === "DeleteObjects"
        ? { keyError: () => echo(request).replace(/\s/g, "") }
        : refusedObject(request),
    code: /^AccessDenied$/,
  },
  "the service that gives temporary keys refuses": {
    hook: (request) =>
      request.operation === "AssumeRole"
        ? { error: { code: "AccessDenied", status: 403, message: echo(request) } }
        : { error: "AccessDenied" },
    code: /^AccessDenied$/,
  },
  "the service that gives temporary keys does not take the role": {
    hook: (request) =>
      request.operation === "AssumeRole"
        ? { error: { code: "ValidationError", status: 400, message: echo(request) } }
        : undefined,
    ways: ["profileOfRole", "role", "roleOfChain"],
    code: /^ValidationError$/,
  },
  "the service that gives temporary keys breaks": {
    hook: (request) =>
      request.operation === "AssumeRole" ? { status: 200, body: `<html>${echo(request)}` } : undefined,
    ways: ["profileOfRole", "role", "roleOfChain"],
    code: /^InvalidResponse$/,
  },
  "the bucket is elsewhere": {
    hook: { error: { code: "PermanentRedirect", status: 301, extra: { Endpoint: "elsewhere.invalid" } } },
    code: /^PermanentRedirect$/,
  },
  "a request is redirected": {
    hook: (request) => ({
      error: { code: "TemporaryRedirect", status: 307 },
      headers: { location: `http://127.0.0.1:1/?X-Amz-Security-Token=${encodeURIComponent(echo(request))}` },
    }),
    code: /^TemporaryRedirect$/,
  },
  "a page comes with status 200": {
    hook: (request) => ({
      handle: false,
      status: 200,
      body: `<html>${echo(request)}</html>`,
      headers: { etag: undefined },
    }),
    code: /^InvalidResponse$/,
    elsewhere: { profileOfRole: /^Error$/, role: /^NoConnection$/, roleOfChain: /^NoConnection$/ },
  },
  "a page comes with status 500": {
    hook: (request) => ({ error: "InternalError", status: 500, body: `<html>${echo(request)}</html>` }),
    code: /^InternalError$/,
  },
  "a server tells all that it was told": {
    hook: (request) => ({
      error: { code: "Odd", status: 400, message: echo(request), extra: { StringToSign: echo(request) } },
      ...namedByKeys(request),
    }),
    code: /^Odd$/,
  },
  "a server names its answers by it": { hook: namedByKeys, code: undefined, by: verbs },
  "a server names its answers by it, where it finds nothing": {
    hook: (request) => (request.operation === "AssumeRole" ? {} : { error: "NoSuchKey", ...namedByKeys(request) }),
    code: /^NoSuchKey$/,
  },
  "a server makes a code of it": {
    hook: (request) => ({ error: { code: echo(request).replace(/\s/g, ""), status: 400, message: "none" } }),
    code: /^…+/,
    // Nothing was signed.
    elsewhere: { anonymous: /127\.0\.0\.1/, profileOfRole: /./, role: /./, roleOfChain: /./ },
  },
  "a parameter is wrong": { payload: { path: 7, force: "perhaps" }, code: /^InvalidParameter$/ },
  "a parameter is missing": { payload: { path: undefined }, code: /^MissingParameter$/ },
  ...failuresOfSignatures,
  ...failuresOfCodes,
  ...failuresOfOurOwn,
  ...failuresOfProfiles,
  "all is deployed anew": { hook: { stall: true }, redeploy: true, code: /^Aborted$/ },
};

function refusedObject({ operation, key }: RequestInfo) {
  return key && operation !== "AssumeRole" ? { error: "AccessDenied" } : undefined;
}

function namedByKeys(request: RequestInfo) {
  return { headers: { "x-amz-request-id": signedWith(request).at(-1) ?? "none" } };
}
