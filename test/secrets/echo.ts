import { createHash } from "node:crypto";
import type { RequestInfo } from "../../dev/s3-server/hooks";
import { writingsOf } from "../support/writings-of";
import { keys } from "./ways";

/**
 * The secrets that a request was signed with. Nobody can tell a secret key, which is never sent; it is told to see what
 * becomes of it, but for keys of which only the SDK knows, in its requests for temporary ones.
 */
export const signedWith = ({ headers, operation }: RequestInfo): string[] => {
  const [, accessKey = ""] = /Credential=([^/]+)/.exec(String(headers.authorization)) ?? [];
  const own = Object.values(keys).find((one) => one.accessKey === accessKey);
  const secretKey = operation === "AssumeRole" ? "" : (own?.secretKey ?? "");
  return [accessKey, secretKey, String(headers["x-amz-security-token"] ?? "")].filter((one) => one !== "");
};

/** All of it, in all writings and first of all, since an error's text is cut, as a server may tell it back that means no good, or is badly made. */
export const echo = (request: RequestInfo): string =>
  [...signedWith(request), ...signedWith(request).flatMap(writingsOf), ...Object.values(request.headers)].join(" ");

/** What is hashed to be signed, with the token at its beginning, and not at its end: an error's text is cut. */
const canonicalRequest = ({ method, bucket, key, headers }: RequestInfo): string => {
  const { "x-amz-security-token": token, authorization: _, ...others } = headers;
  const all = Object.entries({ ...(token ? { "x-amz-security-token": token } : {}), ...others });
  const lines = all.map(([name, value]) => `${name}:${value}`);
  const names = all.map(([name]) => name).join(";");
  return [method, `/${bucket}/${key}`, "", ...lines, "", names, headers["x-amz-content-sha256"]].join("\n");
};

const nothing = { StringToSign: "", StringToSignBytes: "", CanonicalRequest: "", CanonicalRequestBytes: "" };

/** What was signed, as S3 has it in its errors: as texts and as their bytes. */
export const signed = (request: RequestInfo): typeof nothing => {
  if (request.headers.authorization === undefined) return nothing;
  const canonical = canonicalRequest(request);
  const [, scope = ""] = /Credential=[^/]+\/([^,]+)/.exec(String(request.headers.authorization)) ?? [];
  const hash = createHash("sha256").update(canonical).digest("hex");
  const StringToSign = ["AWS4-HMAC-SHA256", request.headers["x-amz-date"], scope, hash].join("\n");
  const bytes = (text: string): string =>
    Buffer.from(text)
      .toString("hex")
      .replace(/..(?=.)/g, "$& ");
  return {
    StringToSign,
    StringToSignBytes: bytes(StringToSign),
    CanonicalRequest: canonical,
    CanonicalRequestBytes: bytes(canonical),
  };
};
