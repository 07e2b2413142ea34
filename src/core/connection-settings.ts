import type { AgentOptions } from "node:https";
import { S3Error, shown, unsetVariable } from "./error";

/** Where the keys come from. */
export const authWays = ["keys", "default", "profile", "role", "anonymous"] as const;
export type Auth = (typeof authWays)[number];

/** All that makes up a connection; what is empty is "". */
export interface ConnectionSettings {
  accessKey: string;
  secretKey: string;
  sessionToken: string;
  region: string;
  bucket: string;
  auth: Auth;
  profile: string;
  roleArn: string;
  externalId: string;
  roleSessionName: string;
  stsEndpoint: string;
  /** http(s) URL of an S3-compatible store; "" means AWS. */
  endpoint: string;
  pathStyle: "auto" | "always" | "never";
  /** Prefix below which every path is confined. */
  rootPath: string;
  /** Attempts per request. */
  maxAttempts: number;
  /** Seconds. */
  timeout: number;
  /** Requests in flight. */
  concurrency: number;
  checksums: "auto" | "always" | "required";
  /** Whether the store itself keeps writes without overwrite apart: to be found out, sure to do so, sure not to. */
  conditionalWrites: "auto" | "trust" | "check";
  requesterPays: boolean;
  /** `false`: a bucket in another region is not looked for there. */
  followRegion?: boolean;
  tls?: AgentOptions | undefined;
}

type Raw = Readonly<Record<string, unknown>>;

const broken = (why: string): S3Error => new S3Error("NoConnection", `the connection cannot be used: ${why}`);

/** How the form calls what is not called as it is here. */
const labels: Readonly<Record<string, string>> = {
  accessKey: "Access key",
  secretKey: "Secret key",
  sessionToken: "Token",
  auth: "Keys from",
  roleArn: "Role",
  externalId: "External id",
  roleSessionName: "Session",
  stsEndpoint: "STS",
  pathStyle: "Path style",
  rootPath: "Root path",
  maxAttempts: "Attempts",
  concurrency: "In flight",
  conditionalWrites: "Write guard",
};

const labelOf = (name: string): string => labels[name] ?? name.charAt(0).toUpperCase() + name.slice(1);

/** A text as it was typed in. */
const typed = (raw: Raw, name: string): string => {
  const value = raw[name];
  if (typeof value !== "string") return "";
  // It could be in no request.
  if (/\p{Surrogate}/u.test(value))
    throw broken(`${name} has half of a character in it; type ${labelOf(name)} in anew`);
  return value;
};

/** A text as it was typed in, unless it is a variable. */
const filledIn = (raw: Raw, name: string): string => {
  const value = typed(raw, name);
  // Node-RED leaves the name of an environment variable that is not set as it is.
  const unset = /^\$\{([^}]+)\}$/.exec(value.trim());
  // A token goes with temporary keys alone, which may be absent where the keys are not.
  if (unset && name === "sessionToken") return "";
  if (unset) throw broken(`${name} ${unsetVariable(unset[1], labelOf(name))}`);
  return value;
};

const string = (raw: Raw, name: string): string => filledIn(raw, name).trim();

const oneOf = <const T extends string>(raw: Raw, name: string, options: readonly T[]): T => {
  const value = string(raw, name) || options[0];
  if (!(options as readonly string[]).includes(value as string)) {
    throw broken(`${name} is ${shown(value)}; choose one of ${options.join(", ")} in ${labelOf(name)}`);
  }
  return value as T;
};

const count = (raw: Raw, name: string, fallback: number): number => {
  const value = raw[name];
  if (value === undefined || value === null || value === "") return fallback;
  const number = Number(value);
  if (!(number > 0) || (name !== "timeout" && !Number.isSafeInteger(number)) || !Number.isFinite(number)) {
    const kind = name === "timeout" ? "a number of seconds" : "a whole number";
    throw broken(`${name} is ${shown(value)}; fill in ${kind} above 0 in ${labelOf(name)}`);
  }
  return number;
};

const url = (raw: Raw, name: string): string => {
  const value = string(raw, name);
  if (value === "") return "";
  const parsed = URL.canParse(value) ? new URL(value) : undefined;
  if (!parsed || !/^https?:$/.test(parsed.protocol) || parsed.hostname === "") {
    // What stands before an @ may be a password.
    const at = value.lastIndexOf("@");
    const told = JSON.stringify((at < 0 ? value : `…${value.slice(at, at + 200)}`).slice(0, 200));
    throw broken(`${name} ${told} is no URL; write it like https://s3.example.com`);
  }
  // Node-RED exports the endpoint with the flow; keys belong into the credentials.
  if (parsed.username || parsed.password)
    throw broken(`${name} holds a user name; keys go into Access key and Secret key`);
  return value;
};

/** A prefix ends with one `/`, or is empty. */
const prefix = (path: string): string => (path === "" || path === "/" ? "" : path.endsWith("/") ? path : `${path}/`);

/** Whether buckets are named in the path, and not in the host. */
export const isPathStyle = ({ pathStyle, endpoint }: Pick<ConnectionSettings, "pathStyle" | "endpoint">): boolean =>
  pathStyle === "always" || (pathStyle === "auto" && endpoint !== "");

/**
 * Checks what the form holds.
 * @param raw properties and credentials of the connection node, `${ENV}` replaced
 * @throws NoConnection that names the field, its value and the way out; secrets are never shown
 */
export const connectionSettings = (raw: Raw): ConnectionSettings => {
  const settings: ConnectionSettings = {
    accessKey: string(raw, "accessKey"),
    secretKey: string(raw, "secretKey"),
    sessionToken: string(raw, "sessionToken"),
    region: string(raw, "region"),
    bucket: string(raw, "bucket"),
    auth: oneOf(raw, "auth", authWays),
    profile: string(raw, "profile"),
    roleArn: string(raw, "roleArn"),
    externalId: string(raw, "externalId"),
    roleSessionName: string(raw, "roleSessionName"),
    stsEndpoint: raw.auth === "role" ? url(raw, "stsEndpoint") : "",
    endpoint: url(raw, "endpoint"),
    pathStyle: oneOf(raw, "pathStyle", ["auto", "always", "never"]),
    rootPath: prefix(filledIn(raw, "rootPath")),
    maxAttempts: count(raw, "maxAttempts", 5),
    timeout: count(raw, "timeout", 60),
    concurrency: count(raw, "concurrency", 16),
    checksums: oneOf(raw, "checksums", ["auto", "always", "required"]),
    conditionalWrites: oneOf(raw, "conditionalWrites", ["auto", "trust", "check"]),
    requesterPays: raw.requesterPays === true || raw.requesterPays === "true",
    tls: raw.tls as AgentOptions | undefined,
  };
  const { auth, accessKey, secretKey } = settings;
  const isTyped = auth === "keys" || (auth === "role" && (accessKey || secretKey) !== "");
  if (isTyped) {
    if (!accessKey) throw broken("Access key is empty; fill it in, or choose another place where the keys come from");
    if (!secretKey) throw broken("Secret key is empty; fill it in, or choose another place where the keys come from");
  }
  // Both go into headers. What they are is not told.
  for (const [name, value] of [
    ["Access key", accessKey],
    ["Token", settings.sessionToken],
  ]) {
    if (isTyped && /[^\x21-\x7e]/.test(value as string))
      throw broken(`${name} has a character in it that none has; copy it anew`);
  }
  if (auth === "profile" && !settings.profile) throw broken("Profile is empty; name a profile of the shared AWS files");
  if (auth === "role" && !settings.roleArn) throw broken("Role is empty; it looks like arn:aws:iam::…:role/…");
  if (!settings.region)
    throw broken("Region is empty; fill it in, such as us-east-1 (most other stores take that too)");
  // It becomes part of AWS's host names.
  if (!/^[A-Za-z0-9][A-Za-z0-9-]{0,62}$/.test(settings.region)) {
    throw broken(`region ${JSON.stringify(settings.region.slice(0, 60))} is no region; write it like eu-central-1`);
  }
  if (settings.bucket.startsWith("arn:") && isPathStyle(settings))
    throw broken("an access point has a host of its own: set Path style to never, or leave Endpoint empty");
  return settings;
};
