/** Browser-based uploads: a signed policy and a form ("POST Object", API/RESTObjectPOST.html). */
import { createHmac } from "node:crypto";
import type { Context } from "./context";
import type { RawReply } from "./raw";
import { stamp } from "./sign";

export type Condition = Readonly<Record<string, string>> | readonly [string, string | number, string | number];

export interface Form {
  /** fields beside the policy and what signs it; `key` among them */
  fields: Readonly<Record<string, string>>;
  /** conditions beside those that every field is matched exactly; the bucket is one of them always */
  conditions?: readonly Condition[];
  /** fields that no condition is made for */
  uncovered?: readonly string[];
  file?: string;
  fileName?: string;
  /** seconds from now, default 300 */
  expires?: number;
  bucket?: string;
  /** changes the form's fields once they are signed */
  tamper?: (fields: Map<string, string>) => void;
}

const BOUNDARY = "conformance-1f0e7a";
const hmac = (key: string | Buffer, text: string): Buffer => createHmac("sha256", key).update(text).digest();

/** Sends a form to the bucket. */
export function postForm(c: Context, form: Form): Promise<RawReply> {
  const now = stamp(Date.now());
  const bucket = form.bucket ?? c.bucket;
  const scope = [now.slice(0, 8), c.region, "s3", "aws4_request"];
  const claim = {
    "x-amz-algorithm": "AWS4-HMAC-SHA256",
    "x-amz-credential": [c.accessKey, ...scope].join("/"),
    "x-amz-date": now,
  };
  const covered = Object.entries({ ...form.fields, ...claim }).filter(([name]) => !form.uncovered?.includes(name));
  const document = {
    expiration: new Date(Date.now() + (form.expires ?? 300) * 1000).toISOString(),
    conditions: [{ bucket }, ...covered.map(([name, value]) => ({ [name]: value })), ...(form.conditions ?? [])],
  };
  const policy = Buffer.from(JSON.stringify(document)).toString("base64");
  const key = scope.reduce<string | Buffer>((last, step) => hmac(last, step), `AWS4${c.secretKey}`);
  const fields = new Map(Object.entries({ ...form.fields, ...claim, policy }));
  fields.set("x-amz-signature", hmac(key, policy).toString("hex"));
  form.tamper?.(fields);
  const parts = [...fields].map(
    ([name, value]) => `--${BOUNDARY}\r\nContent-Disposition: form-data; name="${name}"\r\n\r\n${value}\r\n`,
  );
  const name = form.fileName ?? "file.txt";
  parts.push(
    `--${BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="${name}"\r\nContent-Type: text/plain\r\n\r\n${form.file ?? "data"}\r\n`,
    `--${BOUNDARY}--\r\n`,
  );
  return c.raw({
    method: "POST",
    path: `/${bucket}`,
    auth: "none",
    headers: { "content-type": `multipart/form-data; boundary=${BOUNDARY}` },
    body: parts.join(""),
  });
}
