import { meanings, noKeys } from "./codes";
import { type Details, S3Error } from "./error";

/** What is known of the work that failed. */
export interface Where {
  operation: string;
  bucket?: string | undefined;
  path?: string | readonly string[] | undefined;
  /** Of the last answer, for errors that came of one and do not tell it. */
  requestId?: string | undefined;
  /** Takes keys, tokens and signatures out of a text. */
  redact?: ((text: string) => string) | undefined;
}

interface Thrown {
  name?: unknown;
  code?: unknown;
  Code?: unknown;
  message?: unknown;
  cause?: unknown;
  errors?: unknown;
  $metadata?: { httpStatusCode?: unknown; requestId?: unknown };
}

/** A HEAD that fails has no body, so that its code comes from the status. */
const byStatus: Readonly<Record<number, string>> = {
  301: "PermanentRedirect",
  307: "PermanentRedirect",
  400: "BadRequest",
  401: "AccessDenied",
  403: "AccessDenied",
  404: "NoSuchKey",
  405: "MethodNotAllowed",
  408: "RequestTimeout",
  409: "ConditionalRequestConflict",
  411: "MissingContentLength",
  412: "PreconditionFailed",
  416: "InvalidRange",
  429: "TooManyRequests",
  431: "RequestHeaderSectionTooLarge",
  500: "InternalError",
  501: "NotImplemented",
  502: "ServiceUnavailable",
  503: "ServiceUnavailable",
  504: "ServiceUnavailable",
};

/** The status of a failed request, undefined where no answer came. */
export const statusOf = (thrown: unknown): number | undefined => {
  if (thrown instanceof S3Error) return thrown.statusCode;
  const status = (thrown as Thrown | undefined)?.$metadata?.httpStatusCode;
  return typeof status === "number" ? status : undefined;
};

/** Whether what is answered so may pass: faults of a store, or of what lies before it, and throttling. */
export const isPassing = (status: number): boolean => status >= 500 || status === 429;

/** What the store calls its answer; undefined where none came, or it was not a store's. */
export const requestIdOf = (thrown: unknown): string | undefined => {
  if (thrown instanceof S3Error) return thrown.requestId;
  const id = (thrown as Thrown | undefined)?.$metadata?.requestId;
  return typeof id === "string" ? id : undefined;
};

const systemCode = (thrown: Thrown): string | undefined => {
  const inner = [thrown, thrown.cause as Thrown | undefined, ...(Array.isArray(thrown.errors) ? thrown.errors : [])];
  for (const error of inner) {
    if (typeof error?.code === "string" && /^[A-Z][A-Z0-9_]+$/.test(error.code)) return error.code;
  }
  return undefined;
};

/** Whether Node.js's parser says that what came is no HTTP. */
export const isNoHttp = (thrown: unknown): boolean => systemCode((thrown ?? {}) as Thrown)?.startsWith("HPE_") === true;

/** The code of anything thrown: S3's name for it, else the system's, else what the status says. */
export const codeOf = (thrown: unknown): string => {
  if (thrown instanceof S3Error) return thrown.code;
  const error = (thrown ?? {}) as Thrown;
  const name = typeof error.name === "string" ? error.name : "";
  if (name === "AbortError") return "Aborted";
  if (name === "CredentialsProviderError" && !systemCode(error)) return "NoConnection";
  const system = systemCode(error);
  if (name === "TimeoutError") return system && system !== "ETIMEDOUT" ? system : "Timeout";
  if (isNoHttp(thrown)) return "InvalidResponse";
  if (system) return system === "ETIMEDOUT" ? "Timeout" : system;
  const status = statusOf(thrown);
  // The SDK has a name of its own for these, and none where the answer had no body.
  const own = ["NotFound", "Unknown", "UnknownError", "Error", "S3ServiceException", "301", "404", "403"].includes(
    name,
  );
  if (status !== undefined && (own || name === "" || /^\d+$/.test(name))) return byStatus[status] ?? "InvalidResponse";
  // Not an answer, so that it is the SDK or this package that failed: its name says most.
  if (status === undefined && name === "SyntaxError") return "InvalidResponse";
  return name || "Error";
};

const place = (path: Where["path"]): string => {
  if (path === undefined || path === "") return "";
  if (typeof path !== "string") return ` ${path.length} paths`;
  return ` ${path.length > 200 ? `${path.slice(0, 200)}…` : path}`;
};

/** The sentence of one of our own errors, made to name the path where it does not. */
const named = ({ code, message }: S3Error, { operation, path }: Where): string => {
  if (typeof path !== "string" || path === "" || message.includes(path)) return message;
  if (code === "MissingParameter" || code === "InvalidParameter") return `${message} (${operation}${place(path)})`;
  const said = message.startsWith(`${operation} `) ? message.slice(operation.length) : `: ${message}`;
  return `${operation}${place(path)}${said}`;
};

/** Makes the one kind of error out of whatever was thrown, from a white list of fields. */
export const toS3Error = (thrown: unknown, where: Where): S3Error => {
  const redact = where.redact ?? ((text: string) => text);
  const { operation, bucket, path } = where;
  if (thrown instanceof S3Error) {
    const { statusCode, retryable, result } = thrown;
    const requestId = thrown.requestId ?? (statusCode === undefined ? undefined : where.requestId);
    const details: Details = { statusCode, requestId, retryable, result, operation, bucket, path: thrown.path ?? path };
    return new S3Error(thrown.code, redact(named(thrown, where)), details);
  }
  const error = (thrown ?? {}) as Thrown;
  const code = redact(codeOf(thrown));
  const statusCode = statusOf(thrown);
  // Redacted before it is cut, or half of a secret would be left. The SDK adds lines for developers.
  const said = typeof error.message === "string" ? (redact(error.message).trim().split("\n")[0] ?? "") : "";
  const meaning =
    code === "NoConnection"
      ? { ...noKeys, what: `${noKeys.what}${said ? ` (${said.slice(0, 300)})` : ""}` }
      : meanings[code];
  const own = requestIdOf(thrown);
  const requestId = own !== undefined ? redact(own) : statusCode === undefined ? undefined : where.requestId;
  const where_ = bucket && code !== "Aborted" ? ` (bucket ${bucket})` : "";
  const sentence = meaning ? `${meaning.what}. ${meaning.hint}` : said.slice(0, 1000) || "it failed";
  // S3's own words say more than ours, where it has any (some stores send none).
  const quoted = meaning && statusCode !== undefined && said && said !== code && !said.includes("UnknownError");
  const message = `${operation}${place(path)}${where_}: ${sentence}${quoted ? ` The store says: ${said.slice(0, 300)}` : ""}`;
  const retryable = meaning?.retryable ?? (statusCode !== undefined && isPassing(statusCode));
  const details: Details = { statusCode, requestId, operation, bucket, path, retryable };
  const told = new S3Error(code, redact(`${message} (${code})`), details);
  // A fault of this package: whoever mends it wants to know where.
  if (thrown instanceof TypeError || thrown instanceof RangeError || thrown instanceof ReferenceError) {
    told.stack = redact(String(thrown.stack));
  }
  return told;
};
