/** DeleteObject and DeleteObjects. */
import { deleteCondition } from "./conditions";
import { S3Error } from "./errors";
import { notifyRemoval } from "./events";
import { bucketOf, type Exchange, header, type Reply } from "./exchange";
import { requireIntegrity } from "./integrity";
import type { Bucket } from "./model";
import { asksBypass, checkUnlocked } from "./object-lock";
import { isAllowed } from "./policy";
import { wholeSeconds } from "./state";
import { currentVersion, type Deletion, deleteKey, deleteVersion, findVersion } from "./versions";
import { tag, xmlDocument } from "./xml";
import { childText, readXml, type XmlElement } from "./xml-reader";

const MAX_KEYS = 1000;
const MAX_XML = 2 * 1024 * 1024;

/** DeleteObject: 204, whether there was anything or not. */
export function deleteObject(exchange: Exchange): Reply {
  const bucket = bucketOf(exchange);
  const { key, query, state } = exchange;
  const bypass = asksBypass(exchange, bucket);
  const match = header(exchange, "if-match");
  if (match !== undefined) deleteCondition(match, currentVersion(bucket, key), key);
  state.deletions.take(1);
  const done = remove(exchange, bucket, { key, versionId: query.versionId, bypass }, wholeSeconds(state.now()));
  return {
    status: 204,
    headers: {
      ...(done.versionId !== undefined && bucket.versioning && { "x-amz-version-id": done.versionId }),
      ...(done.deleteMarker && { "x-amz-delete-marker": "true" }),
    },
  };
}

interface Removal {
  key: string;
  versionId: string | undefined;
  /** whether a retention in governance mode is to be bypassed */
  bypass: boolean;
}

function remove(exchange: Exchange, bucket: Bucket, { key, versionId, bypass }: Removal, now: number): Deletion {
  const { versions } = bucket.keys.get(key) ?? {};
  const existed = versions?.some((one) => versionId === undefined || one.versionId === versionId) ?? false;
  if (versionId !== undefined && bucket.objectLock) {
    const version = findVersion(bucket, key, versionId);
    if (version) checkUnlocked(exchange, bucket, key, version, bypass);
  }
  const done = versionId === undefined ? deleteKey(bucket, key, now) : deleteVersion(bucket, key, versionId);
  notifyRemoval(exchange, bucket, key, versionId, existed, done);
  return done;
}

/** DeleteObjects: up to 1,000 keys, each deleted or told as an error. */
export async function deleteObjects(exchange: Exchange): Promise<Reply> {
  bucketOf(exchange);
  const { state } = exchange;
  requireIntegrity(exchange.headers);
  const { body } = await exchange.receive({ maxSize: MAX_XML });
  const root = readXml(Buffer.concat([...body.read(0, body.size)]).toString());
  const wanted = root.children.filter((one) => one.name === "Object");
  if (root.name !== "Delete" || wanted.length === 0 || wanted.length > MAX_KEYS) throw new S3Error("MalformedXML");
  state.deletions.take(wanted.length);
  const bucket = bucketOf(exchange);
  const bypass = asksBypass(exchange, bucket);
  const quiet = childText(root, "Quiet")?.trim() === "true";
  const now = wholeSeconds(state.now());
  let xml = "";
  for (const one of wanted) xml += deleteOne(exchange, bucket, one, { quiet, bypass, now });
  return { headers: { "content-type": "application/xml" }, body: xmlDocument("DeleteResult", xml) };
}

interface Batch {
  quiet: boolean;
  bypass: boolean;
  now: number;
}

function deleteOne(exchange: Exchange, bucket: Bucket, one: XmlElement, { quiet, bypass, now }: Batch): string {
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
  try {
    if (etag !== undefined) deleteCondition(etag, currentVersion(bucket, key), key);
    const done = remove(exchange, bucket, { key, versionId, bypass }, now);
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
