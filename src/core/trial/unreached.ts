import { lookup } from "node:dns/promises";
import { get } from "node:http";
import type { ConnectionSettings } from "../connection-settings";
import { codeOf, isNoHttp } from "../to-error";
import { type Finding, finding } from "./finding";

/** Where the requests go: the endpoint's host and port, or AWS's. */
export const hostOf = ({ endpoint, region }: ConnectionSettings): string =>
  endpoint === "" ? `s3.${region}.amazonaws.com` : new URL(endpoint).host;

const sayings: Readonly<Record<string, Finding["says"]>> = {
  ENOTFOUND: "noSuchHost",
  EAI_AGAIN: "noSuchHost",
  ECONNREFUSED: "nothingThere",
  EHOSTUNREACH: "noWay",
  ENETUNREACH: "noWay",
  EHOSTDOWN: "noWay",
  Timeout: "noAnswer",
  Aborted: "noAnswer",
  CERT_HAS_EXPIRED: "certificateExpired",
  ERR_TLS_CERT_ALTNAME_INVALID: "certificateOfOther",
};

const isCertificate = (code: string): boolean => /CERT|UNABLE_TO_|SELF_SIGNED|CRL|^HOSTNAME_MISMATCH/.test(code);

const resolves = (host: string): Promise<boolean> =>
  lookup(host).then(
    () => true,
    () => false,
  );

/** Whether plain HTTP is answered, whatever the answer. */
const speaksHttp = (url: string, signal: AbortSignal): Promise<boolean> =>
  new Promise((resolve) => {
    const request = get(url, { signal, timeout: 3000 }, (answer) => {
      answer.destroy();
      resolve(true);
    });
    request.on("timeout", () => request.destroy(new Error("no answer")));
    request.on("error", () => resolve(false));
  });

/**
 * Why no answer of S3 came.
 * @param error of the first request
 */
export const unreached = async (
  settings: ConnectionSettings,
  error: unknown,
  signal: AbortSignal,
): Promise<Finding> => {
  const { endpoint, bucket, pathStyle } = settings;
  const host = hostOf(settings);
  const code = codeOf(error);
  const no = (says: Finding["says"], values: Record<string, string> = {}, fix?: Finding["fix"]) =>
    finding("endpoint", "no", says, { host, ...values }, fix);
  if (sayings[code] === "noSuchHost" && pathStyle === "never" && bucket !== "") {
    if (await resolves(new URL(endpoint || `https://${host}`).hostname)) {
      return no("needsPathStyle", { bucket }, { field: "pathStyle", value: "always" });
    }
  }
  const other = { https: endpoint.replace(/^http:/i, "https:"), http: endpoint.replace(/^https:/i, "http:") };
  // What answers in the clear is asked in the clear: nothing of ours goes along but the path /.
  if ((code === "EPROTO" || code.startsWith("ERR_SSL")) && (await speaksHttp(other.http, signal))) {
    return no("speaksHttp", {}, { field: "endpoint", value: other.http });
  }
  const says = sayings[code] ?? (isCertificate(code) ? "untrusted" : undefined);
  if (says) return no(says, { code });
  // A server that expects TLS hangs up, or answers with what is no HTTP.
  const dropped = code === "ECONNRESET" || code === "EPIPE" || isNoHttp(error);
  if (dropped && /^http:/i.test(endpoint)) return no("speaksHttps", {}, { field: "endpoint", value: other.https });
  return no("failed", { code, said: "" });
};
