import type { S3Server } from "../../dev/s3-server";
import type { Hook, RequestInfo } from "../../dev/s3-server/hooks";
import { writingsOf } from "../support/writings-of";
import { keys, users } from "./ways";

export interface Stage {
  server: S3Server;
  /** An S3 server with a certificate that nobody trusts. */
  secure: S3Server;
}

/** Something that goes wrong. */
export interface Failure {
  /** Of the connections, beside their way to sign in. */
  connection?: (stage: Stage) => object;
  hook?: Hook;
  /** Changes the server; gives what undoes it. */
  prepare?: (stage: Stage) => () => void;
  payload?: object;
  /** Deploys anew while all is under way. */
  redeploy?: true;
  /** What the read node says, with keys that are typed in. */
  code: RegExp | undefined;
}

/**
 * The secrets that a request was signed with. Nobody can tell a secret key, which is never sent; it is told to see what
 * becomes of it, but for keys of which only the SDK knows, in its requests for temporary ones.
 */
const signedWith = ({ headers, operation }: RequestInfo): string[] => {
  const [, accessKey = ""] = /Credential=([^/]+)/.exec(String(headers.authorization)) ?? [];
  const own = Object.values(keys).find((one) => one.accessKey === accessKey);
  const secretKey = operation === "AssumeRole" ? "" : (own?.secretKey ?? "");
  return [accessKey, secretKey, String(headers["x-amz-security-token"] ?? "")].filter((one) => one !== "");
};

/** All of it, in all writings and first of all, since an error's text is cut, as a server may tell it back that means no good, or is badly made. */
const echo = (request: RequestInfo): string =>
  [...signedWith(request), ...signedWith(request).flatMap(writingsOf), ...Object.values(request.headers)].join(" ");

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
  "nothing goes wrong": { code: undefined },
  "a connection is refused": {
    connection: () => ({ endpoint: closedPort, stsEndpoint: closedPort }),
    code: /^ECONNREFUSED$/,
  },
  "a name is not known": {
    connection: () => ({ endpoint: "http://nowhere.invalid", stsEndpoint: "http://nowhere.invalid" }),
    // Where names are looked up slowly, many at once take longer than a connection waits.
    code: /^(ENOTFOUND|EAI_AGAIN|Timeout)$/,
  },
  "a certificate is not trusted": {
    connection: ({ secure }) => ({ endpoint: secure.endpoint, stsEndpoint: secure.endpoint }),
    code: /CERT/,
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
  "an answer is cut off": { hook: { cut: 3 }, code: /./ },
  "a secret is wrong": {
    prepare: others(() => ({ secretKey: "another-secret-key" })),
    code: /^SignatureDoesNotMatch$/,
  },
  "a key is not known": { prepare: others(() => undefined), code: /^InvalidAccessKeyId$/ },
  "a token has expired": {
    prepare: others(({ sessionToken }) => ({ sessionToken: sessionToken ?? "any", expires: 1 })),
    code: /^(ExpiredToken|InvalidAccessKeyId|InvalidToken)$/,
  },
  "access is denied": { hook: { error: "AccessDenied" }, code: /^AccessDenied$/ },
  "keys are refused one by one": {
    hook: (request) =>
      request.operation === "DeleteObjects" ? { keyError: () => "AccessDenied" } : refusedObject(request),
    code: /^AccessDenied$/,
  },
  "the service that gives temporary keys refuses": {
    hook: (request) =>
      request.operation === "AssumeRole"
        ? { error: { code: "AccessDenied", status: 403, message: echo(request) } }
        : { error: "AccessDenied" },
    code: /^AccessDenied$/,
  },
  "the service that gives temporary keys breaks": {
    hook: (request) =>
      request.operation === "AssumeRole" ? { status: 200, body: `<html>${echo(request)}` } : undefined,
    code: undefined,
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
    code: /./,
  },
  "a page comes with status 500": {
    hook: (request) => ({ error: "InternalError", status: 500, body: `<html>${echo(request)}</html>` }),
    code: /./,
  },
  "a server tells all that it was told": {
    hook: (request) => ({
      error: { code: "Odd", status: 400, message: echo(request), extra: { StringToSign: echo(request) } },
      headers: { "x-amz-request-id": signedWith(request).at(-1) ?? "none" },
    }),
    code: /^Odd$/,
  },
  "a server makes a code of it": {
    hook: (request) => ({ error: { code: echo(request).replace(/\s/g, ""), status: 400, message: "none" } }),
    code: /./,
  },
  "a parameter is wrong": { payload: { path: 7, force: "perhaps" }, code: /^InvalidParameter$/ },
  "a parameter is missing": { payload: { path: undefined }, code: /^MissingParameter$/ },
  "all is deployed anew": { hook: { stall: true }, redeploy: true, code: /^Aborted$/ },
};

function refusedObject({ operation, key }: RequestInfo) {
  return key && operation !== "AssumeRole" ? { error: "AccessDenied" } : undefined;
}
