/** Versions of a key: which is current, adding one, deleting, finding ("Using versioning in S3 buckets"). */
import { PLAIN } from "./attributes";
import { memoryBody } from "./body";
import { S3Error } from "./errors";
import type { Bucket, Version } from "./model";
import { orderedId } from "./ordered-id";

const NOTHING = memoryBody([]);

/** The newest version of a key, which may be a delete marker. */
export function currentVersion(bucket: Bucket, key: string): Version | undefined {
  return bucket.keys.get(key)?.versions[0];
}

/** Makes `version` the current one: beside the others when versioning is on, in place of the null version else. */
export function putVersion(bucket: Bucket, key: string, version: Version): void {
  const entry = bucket.keys.add(key);
  if (bucket.versioning === "Enabled") {
    // 32 characters, as on AWS
    version.versionId = orderedId(32);
  } else {
    version.versionId = "null";
    if (entry.versions.length <= 1 && (entry.versions[0]?.versionId ?? "null") === "null") entry.versions.length = 0;
    else entry.versions = entry.versions.filter((one) => one.versionId !== "null");
  }
  entry.versions.unshift(version);
  bucket.touched?.add(key);
}

/** What a deletion did, for the reply. */
export interface Deletion {
  /** of the version that is gone, or of the marker that is new */
  versionId?: string;
  /** the marker that was made, or that the deleted version was */
  deleteMarker?: boolean;
}

/** Deletes a key: for good, or under a delete marker when the bucket has versioning. */
export function deleteKey(bucket: Bucket, key: string, now: number): Deletion {
  if (bucket.versioning === undefined) {
    bucket.keys.remove(key);
    bucket.touched?.add(key);
    return {};
  }
  const marker: Version = {
    versionId: "null",
    deleteMarker: true,
    lastModified: now,
    body: NOTHING,
    etag: "",
    attributes: PLAIN,
  };
  putVersion(bucket, key, marker);
  return { versionId: marker.versionId, deleteMarker: true };
}

/** Deletes one version for good; one that is not there is no error. */
export function deleteVersion(bucket: Bucket, key: string, versionId: string): Deletion {
  checkVersionId(versionId);
  const entry = bucket.keys.get(key);
  const found = entry?.versions.find((one) => one.versionId === versionId);
  if (!entry || !found) return { versionId };
  entry.versions = entry.versions.filter((one) => one !== found);
  if (entry.versions.length === 0) bucket.keys.remove(key);
  bucket.touched?.add(key);
  return found.deleteMarker ? { versionId, deleteMarker: true } : { versionId };
}

/** The version called `versionId`; undefined when there is none. Throws InvalidArgument for what can be no id. */
export function findVersion(bucket: Bucket, key: string, versionId: string): Version | undefined {
  checkVersionId(versionId);
  return bucket.keys.get(key)?.versions.find((one) => one.versionId === versionId);
}

/** Throws InvalidArgument for what can be no id of a version. */
export function checkVersionId(versionId: string, name = "versionId"): void {
  if (versionId === "null" || /^[\w.-]{32}$/.test(versionId)) return;
  throw new S3Error("InvalidArgument", {
    message: "Invalid version id specified",
    extra: { ArgumentName: name, ArgumentValue: versionId },
  });
}

/** The header x-amz-version-id, in buckets that have or had versioning. */
export function versionHeader(bucket: Bucket, version: Version): Record<string, string> {
  return bucket.versioning === undefined ? {} : { "x-amz-version-id": version.versionId };
}
