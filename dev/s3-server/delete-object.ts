/** DeleteObject and DeleteObjects. */
import { etagMatches, writeCondition } from "./conditions";
import { S3Error } from "./errors";
import { notifyRemoval } from "./events";
import { bucketOf, demand, type Exchange, header, type Reply } from "./exchange";
import type { Bucket } from "./model";
import { isAllowed } from "./policy";
import { wholeSeconds } from "./state";
import { currentVersion, type Deletion, deleteKey, deleteVersion } from "./versions";
import { tag, xmlDocument } from "./xml";
import { childText, readXml, type XmlElement } from "./xml-reader";

const MAX_KEYS = 1000;
const MAX_XML = 2 * 1024 * 1024;

/** DeleteObject: 204, whether there was anything or not. */
export function deleteObject(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  const { key, query, state } = exchange;
  if (query.versionId !== undefined) demand(exchange, "s3:DeleteObjectVersion");
  if (header(exchange, "if-match") !== undefined) {
    writeCondition({ "if-match": header(exchange, "if-match") }, currentVersion(bucket, key), key);
  }
  state.deletions.take(1);
  const done = remove(exchange, bucket, key, query.versionId, wholeSeconds(state.now()));
  return {
    status: 204,
    headers: {
      ...(done.versionId !== undefined && bucket.versioning && { "x-amz-version-id": done.versionId }),
      ...(done.deleteMarker && { "x-amz-delete-marker": "true" }),
    },
  };
}

function remove(exchange: Exchange, bucket: Bucket, key: string, versionId: string | undefined, now: number): Deletion {
  const { versions } = bucket.keys.get(key) ?? {};
  const existed = versions?.some((one) => versionId === undefined || one.versionId === versionId) ?? false;
  const done = versionId === undefined ? deleteKey(bucket, key, now) : deleteVersion(bucket, key, versionId);
  notifyRemoval(exchange, bucket, key, versionId, existed, done);
  return done;
}

/** DeleteObjects: up to 1,000 keys, each deleted or told as an error. */
export async function deleteObjects(exchange: Exchange): Promise<Reply> {
  bucketOf(exchange);
  const { headers, state } = exchange;
  if (headers["content-md5"] === undefined && !hasChecksum(exchange)) {
    throw new S3Error("InvalidRequest", {
      message: "Missing required header for this request: Content-MD5 OR x-amz-checksum-*",
    });
  }
  const { body } = await exchange.receive({ maxSize: MAX_XML });
  const root = readXml(Buffer.concat([...body.read(0, body.size)]).toString());
  const wanted = root.children.filter((one) => one.name === "Object");
  if (root.name !== "Delete" || wanted.length === 0 || wanted.length > MAX_KEYS) throw new S3Error("MalformedXML");
  state.deletions.take(wanted.length);
  const bucket = bucketOf(exchange);
  const quiet = childText(root, "Quiet")?.trim() === "true";
  const now = wholeSeconds(state.now());
  let xml = "";
  for (const one of wanted) xml += deleteOne(exchange, bucket, one, quiet, now);
  return { headers: { "content-type": "application/xml" }, body: xmlDocument("DeleteResult", xml) };
}

/** Whether a request carries a checksum, in a header or behind its body. */
export function hasChecksum(exchange: Exchange): boolean {
  if (header(exchange, "x-amz-trailer") !== undefined) return true;
  return Object.keys(exchange.headers).some((name) => name.startsWith("x-amz-checksum-"));
}

function deleteOne(exchange: Exchange, bucket: Bucket, one: XmlElement, quiet: boolean, now: number): string {
  const key = childText(one, "Key");
  if (key === undefined) throw new S3Error("MalformedXML");
  const versionId = childText(one, "VersionId") || undefined;
  const etag = childText(one, "ETag");
  const names = tag("Key", key) + tag("VersionId", versionId);
  const failed = (code: string, message: string): string =>
    `<Error>${names}${tag("Code", code)}${tag("Message", message)}</Error>`;
  const wished = exchange.action.keyError?.(key);
  if (wished !== undefined) return failed(wished, new S3Error(wished).message);
  if (key === "") return failed("UserKeyMustBeSpecified", "The bucket POST must contain the specified field name.");
  const action = versionId === undefined ? "s3:DeleteObject" : "s3:DeleteObjectVersion";
  if (!isAllowed(exchange.identity, action, bucket, key)) return failed("AccessDenied", "Access Denied");
  const current = currentVersion(bucket, key);
  if (etag !== undefined && !(current && !current.deleteMarker && etagMatches(etag, current.etag))) {
    return failed("PreconditionFailed", new S3Error("PreconditionFailed").message);
  }
  try {
    const done = remove(exchange, bucket, key, versionId, now);
    if (quiet) return "";
    const marker = done.deleteMarker
      ? `<DeleteMarker>true</DeleteMarker>${tag("DeleteMarkerVersionId", done.versionId)}`
      : "";
    return `<Deleted>${names}${marker}</Deleted>`;
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    return failed(error.code === "InvalidArgument" ? "NoSuchVersion" : error.code, error.message);
  }
}
