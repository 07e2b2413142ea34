/** Versioning: ids, delete markers, suspended buckets, ListObjectVersions. */
import {
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandInput,
  type ListObjectVersionsCommandOutput,
  PutBucketVersioningCommand,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import { group } from "../check";
import { type Context, unique } from "../context";
import { answered, holds, refused, same } from "../expect";
import { hasBytes } from "../stored";
import { etag } from "../sums";

const GUIDE = "userguide/Versioning.html";
const ADDING = "userguide/AddingObjectstoVersioningEnabledBuckets.html";
const GETTING = "userguide/RetrievingObjectVersions.html";
const DELETING = "userguide/DeletingObjectVersions.html";
const MARKERS = "userguide/DeleteMarker.html";
const REMOVING = "userguide/RemDelMarker.html";
const SUSPENDED = "userguide/AddingObjectstoVersionSuspendedBuckets.html";
const SUSPENDED_DELETE = "userguide/DeletingObjectsfromVersioningSuspendedBuckets.html";
const LIST = "API/API_ListObjectVersions.html";
const VERSIONING = "API/API_GetBucketVersioning.html";

/** Puts an object; gives its version id, "" when there is none. */
const putVersion = async (c: Context, Bucket: string, Key: string, Body: string): Promise<string> =>
  (await c.client.send(new PutObjectCommand({ Bucket, Key, Body }))).VersionId ?? "";

const remove = (c: Context, Bucket: string, Key: string, VersionId?: string) =>
  c.client.send(new DeleteObjectCommand({ Bucket, Key, VersionId }));

const text = async (c: Context, Bucket: string, Key: string, VersionId?: string): Promise<string | undefined> =>
  (await c.client.send(new GetObjectCommand({ Bucket, Key, VersionId }))).Body?.transformToString();

const setVersioning = (c: Context, Bucket: string, Status: "Enabled" | "Suspended") =>
  c.client.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status } }));

const list = (c: Context, Bucket: string, more: Partial<ListObjectVersionsCommandInput> = {}) =>
  c.client.send(new ListObjectVersionsCommand({ Bucket, ...more }));

/** Versions and delete markers of a page, as `key id` and `key id marker`, each in its order. */
const entries = (page: ListObjectVersionsCommandOutput): string[] => [
  ...(page.Versions ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId}`),
  ...(page.DeleteMarkers ?? []).map(({ Key, VersionId }) => `${Key} ${VersionId} marker`),
];

export const versions = group("versions", {
  "never-set": [
    "GetBucketVersioning of a bucket that never had it has no Status",
    VERSIONING,
    async (c) => {
      const reply = await answered(c.raw({ path: `/${await c.ownBucket()}`, query: { versioning: "" } }), 200);
      same([reply.all("VersioningConfiguration").length, reply.xml("Status")], [1, undefined], "root and Status");
    },
  ],
  status: [
    "GetBucketVersioning tells Enabled and Suspended as they were put",
    VERSIONING,
    async (c) => {
      const Bucket = await c.ownBucket();
      for (const Status of ["Enabled", "Suspended", "Enabled"] as const) {
        await setVersioning(c, Bucket, Status);
        same((await c.client.send(new GetBucketVersioningCommand({ Bucket }))).Status, Status, "Status");
      }
    },
  ],
  "status-wrong": [
    "PutBucketVersioning with another status is 400, and nothing changes",
    "API/API_PutBucketVersioning.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      const body = "<VersioningConfiguration><Status>On</Status></VersioningConfiguration>";
      const put = c.raw({ method: "PUT", path: `/${Bucket}`, query: { versioning: "" }, body });
      await refused(put, 400, "MalformedXML", "IllegalVersioningConfigurationException");
      same((await c.client.send(new GetBucketVersioningCommand({ Bucket }))).Status, undefined, "Status");
    },
  ],
  "no-bucket": [
    "GetBucketVersioning of a bucket that does not exist is 404 NoSuchBucket",
    VERSIONING,
    async (c) => {
      const get = (Bucket: string) => c.client.send(new GetBucketVersioningCommand({ Bucket }));
      await get(c.bucket);
      await refused(get(`missing-${unique()}`), 404, "NoSuchBucket");
    },
  ],
  ids: [
    "each put has a version id of its own in x-amz-version-id",
    ADDING,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const ids = [await putVersion(c, bucket, "a", "1"), await putVersion(c, bucket, "a", "1")];
      ids.push(await putVersion(c, bucket, "b", "1"));
      holds(
        ids.every((one) => one !== "" && one !== "null"),
        `the version ids are ${ids}`,
      );
      same(new Set(ids).size, 3, "the number of different ids");
    },
  ],
  "no-ids": [
    "without versioning there is no x-amz-version-id",
    GUIDE,
    async (c) => {
      const path = c.path(c.key());
      const stored = await answered(c.raw({ method: "PUT", path, body: "data" }), 200);
      const found = await answered(c.raw({ path }), 200);
      same(found.text, "data", "the object");
      same(
        [stored, found].map((one) => one.headers["x-amz-version-id"]),
        [undefined, undefined],
        "of Put and Get",
      );
    },
  ],
  "by-version": [
    "Get and Head give the version that versionId names, else the latest, and tell its id",
    GETTING,
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const [first, second] = [await putVersion(c, Bucket, "a", "1"), await putVersion(c, Bucket, "a", "22")];
      same(await text(c, Bucket, "a", first), "1", "the first version");
      same(await text(c, Bucket, "a", second), "22", "the second version");
      same(await text(c, Bucket, "a"), "22", "the latest version");
      const head = async (VersionId?: string) => {
        const found = await c.client.send(new HeadObjectCommand({ Bucket, Key: "a", VersionId }));
        return [found.ContentLength, found.VersionId];
      };
      same(
        [await head(first), await head()],
        [
          [1, first],
          [2, second],
        ],
        "lengths and ids of Head",
      );
    },
  ],
  "before-enabled": [
    "an object from before versioning has the version id null, and stays when it is overwritten",
    GUIDE,
    async (c) => {
      const bucket = await c.ownBucket();
      await putVersion(c, bucket, "a", "before");
      await setVersioning(c, bucket, "Enabled");
      same(await text(c, bucket, "a", "null"), "before", "the version null");
      const after = await putVersion(c, bucket, "a", "after");
      same([await text(c, bucket, "a"), await text(c, bucket, "a", "null")], ["after", "before"], "both versions");
      same(entries(await list(c, bucket)), [`a ${after}`, "a null"], "the list");
    },
  ],
  "delete-marker": [
    "a delete without versionId adds a delete marker: 204, x-amz-delete-marker and its id",
    MARKERS,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const id = await putVersion(c, bucket, "a", "1");
      const reply = await answered(c.raw({ method: "DELETE", path: `/${bucket}/a` }), 204);
      same(reply.headers["x-amz-delete-marker"], "true", "x-amz-delete-marker");
      const marker = reply.headers["x-amz-version-id"];
      holds(marker && marker !== id, `x-amz-version-id is ${marker}`);
      same(await text(c, bucket, "a", id), "1", "the version below the marker");
      same(entries(await list(c, bucket)), [`a ${id}`, `a ${marker} marker`], "the list");
    },
  ],
  "get-deleted": [
    "Get of a key below a delete marker is 404 NoSuchKey with x-amz-delete-marker and its id",
    MARKERS,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      await putVersion(c, bucket, "a", "1");
      const { VersionId } = await remove(c, bucket, "a");
      const reply = await answered(c.raw({ path: `/${bucket}/a` }), 404);
      same([reply.code, reply.headers["x-amz-delete-marker"]], ["NoSuchKey", "true"], "code and x-amz-delete-marker");
      same(reply.headers["x-amz-version-id"], VersionId, "x-amz-version-id");
    },
  ],
  "get-marker": [
    "Get and Head of a delete marker by its id are 405 MethodNotAllowed with x-amz-delete-marker",
    MARKERS,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      await putVersion(c, bucket, "a", "1");
      const { VersionId = "" } = await remove(c, bucket, "a");
      const query = { versionId: VersionId };
      const reply = await answered(c.raw({ path: `/${bucket}/a`, query }), 405);
      same([reply.code, reply.headers["x-amz-delete-marker"]], ["MethodNotAllowed", "true"], "code and marker");
      await answered(c.raw({ method: "HEAD", path: `/${bucket}/a`, query }), 405);
    },
  ],
  undelete: [
    "deleting the delete marker by its id brings the object back; the reply says that it was a marker",
    REMOVING,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      await putVersion(c, bucket, "a", "1");
      const marker = await remove(c, bucket, "a");
      await refused(c.raw({ path: `/${bucket}/a` }), 404, "NoSuchKey");
      const removed = await remove(c, bucket, "a", marker.VersionId);
      same([removed.DeleteMarker, removed.VersionId], [true, marker.VersionId], "marker and id of the reply");
      same(await text(c, bucket, "a"), "1", "the object");
    },
  ],
  "delete-version": [
    "a delete with versionId removes that version for good; the one before becomes the latest",
    DELETING,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const [first, second] = [await putVersion(c, bucket, "a", "1"), await putVersion(c, bucket, "a", "2")];
      const removed = await remove(c, bucket, "a", second);
      same([removed.VersionId, removed.DeleteMarker], [second, undefined], "id and marker of the reply");
      same(await text(c, bucket, "a"), "1", "the object");
      const [only] = (await list(c, bucket)).Versions ?? [];
      same([only?.VersionId, only?.IsLatest], [first, true], "id and IsLatest of the version that is left");
    },
  ],
  "delete-missing": [
    "deleting a key that never was adds a delete marker as well",
    "API/API_DeleteObject.html",
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const { VersionId, DeleteMarker } = await remove(c, bucket, "a");
      same(DeleteMarker, true, "DeleteMarker");
      same(entries(await list(c, bucket)), [`a ${VersionId} marker`], "the list");
    },
  ],
  "delete-version-again": [
    "deleting a version that is gone is 204",
    "API/API_DeleteObject.html",
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const [first, second] = [await putVersion(c, bucket, "a", "1"), await putVersion(c, bucket, "a", "2")];
      await remove(c, bucket, "a", first);
      await answered(c.raw({ method: "DELETE", path: `/${bucket}/a`, query: { versionId: first } }), 204);
      same(entries(await list(c, bucket)), [`a ${second}`], "the list");
    },
  ],
  "no-such-version": [
    "Get of a version that is gone is 404 NoSuchVersion",
    "API/ErrorResponses.html",
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const [first, second] = [await putVersion(c, bucket, "a", "1"), await putVersion(c, bucket, "a", "2")];
      await remove(c, bucket, "a", first);
      same(await text(c, bucket, "a", second), "2", "the other version");
      await refused(c.raw({ path: `/${bucket}/a`, query: { versionId: first } }), 404, "NoSuchVersion");
    },
  ],
  "version-of-other-key": [
    "a version id is good for its own key only",
    GETTING,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const [ofA] = [await putVersion(c, bucket, "a", "1"), await putVersion(c, bucket, "b", "2")];
      const reply = await c.raw({ path: `/${bucket}/b`, query: { versionId: ofA } });
      holds(reply.status === 404 || reply.status === 400, `answered ${reply.status}, not 404 or 400`);
      same(await text(c, bucket, "a", ofA), "1", "the version of its own key");
    },
  ],
  "suspended-put": [
    "in a suspended bucket a put has the version id null and replaces the version null alone",
    SUSPENDED,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const kept = await putVersion(c, bucket, "a", "kept");
      await setVersioning(c, bucket, "Suspended");
      await putVersion(c, bucket, "a", "2");
      await putVersion(c, bucket, "a", "3");
      same(entries(await list(c, bucket)).sort(), [`a ${kept}`, "a null"].sort(), "the list");
      same([await text(c, bucket, "a", "null"), await text(c, bucket, "a", kept)], ["3", "kept"], "both versions");
    },
  ],
  "suspended-put-header": [
    "in a suspended bucket Put answers x-amz-version-id: null",
    SUSPENDED,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Suspended" });
      same(await putVersion(c, bucket, "a", "1"), "null", "x-amz-version-id");
    },
  ],
  "suspended-delete": [
    "in a suspended bucket a delete replaces the version null by a delete marker null; others stay",
    SUSPENDED_DELETE,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const kept = await putVersion(c, bucket, "a", "kept");
      await setVersioning(c, bucket, "Suspended");
      await putVersion(c, bucket, "a", "2");
      same((await remove(c, bucket, "a")).DeleteMarker, true, "DeleteMarker");
      same(entries(await list(c, bucket)), [`a ${kept}`, "a null marker"], "the list");
      same(await text(c, bucket, "a", kept), "kept", "the version that stays");
    },
  ],
  "list-order": [
    "ListObjectVersions goes by key, and within a key from the newest to the oldest",
    LIST,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const b = [await putVersion(c, bucket, "b", "1"), await putVersion(c, bucket, "b", "2")];
      const a = [await putVersion(c, bucket, "a", "1"), await putVersion(c, bucket, "a", "2")];
      a.push(await putVersion(c, bucket, "a", "3"));
      const expected = [...a.reverse().map((one) => `a ${one}`), ...b.reverse().map((one) => `b ${one}`)];
      same(entries(await list(c, bucket)), expected, "the list");
    },
  ],
  "is-latest": [
    "IsLatest is true for exactly one version or delete marker of each key",
    LIST,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      for (const body of ["1", "2", "3"]) await putVersion(c, bucket, "a", body);
      await putVersion(c, bucket, "b", "1");
      await remove(c, bucket, "b");
      const { Versions = [], DeleteMarkers = [] } = await list(c, bucket);
      same(
        Versions.map((one) => [one.Key, one.IsLatest]),
        [
          ["a", true],
          ["a", false],
          ["a", false],
          ["b", false],
        ],
        "IsLatest of the versions",
      );
      same(
        DeleteMarkers.map((one) => [one.Key, one.IsLatest]),
        [["b", true]],
        "IsLatest of the delete markers",
      );
    },
  ],
  "list-entry": [
    "an entry has ETag, size, time, storage class and owner; a delete marker has time and owner",
    LIST,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      await putVersion(c, bucket, "a", "data");
      await remove(c, bucket, "a");
      const { Versions = [], DeleteMarkers = [] } = await list(c, bucket);
      const [version, marker] = [Versions[0], DeleteMarkers[0]];
      same([version?.ETag, version?.Size, version?.StorageClass], [etag("data"), 4, "STANDARD"], "the version");
      for (const one of [version, marker]) {
        holds(Math.abs(Number(one?.LastModified) - Date.now()) < 300_000, `LastModified is ${one?.LastModified}`);
        holds(one?.Owner?.ID, "there is no owner");
      }
    },
  ],
  "list-pages": [
    "pages go on after key and version id marker, in the middle of a key too; each entry comes once",
    LIST,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      const expected: string[] = [];
      for (const key of ["a", "b", "c"]) {
        for (const body of ["1", "2", "3"]) expected.push(`${key} ${await putVersion(c, bucket, key, body)}`);
      }
      expected.push(`b ${(await remove(c, bucket, "b")).VersionId} marker`);
      const found: string[] = [];
      let markers: Partial<ListObjectVersionsCommandInput> | undefined = {};
      for (let pages = 0; markers && pages < 20; pages++) {
        const page: ListObjectVersionsCommandOutput = await list(c, bucket, { MaxKeys: 2, ...markers });
        const here = entries(page);
        holds(here.length <= 2, `a page has ${here.length} entries, not 2`);
        found.push(...here);
        const { NextKeyMarker: KeyMarker, NextVersionIdMarker: VersionIdMarker } = page;
        if (page.IsTruncated) holds(KeyMarker && VersionIdMarker, "a truncated page has not both markers");
        markers = page.IsTruncated ? { KeyMarker, VersionIdMarker } : undefined;
      }
      same([...found].sort(), [...expected].sort(), "the entries of all pages");
    },
  ],
  "list-key-marker": [
    "a key marker alone leaves out all versions of that key",
    LIST,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      for (const key of ["a", "b", "b", "c"]) await putVersion(c, bucket, key, "1");
      const { Versions = [] } = await list(c, bucket, { KeyMarker: "b" });
      same(
        Versions.map((one) => one.Key),
        ["c"],
        "the keys after b",
      );
    },
  ],
  "list-prefix": [
    "ListObjectVersions takes prefix and delimiter as lists of objects do",
    LIST,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      for (const key of ["a", "b/1", "b/2", "b/2", "c/1"]) await putVersion(c, bucket, key, "1");
      await remove(c, bucket, "c/1");
      const found = async (more: Partial<ListObjectVersionsCommandInput>) => {
        const page = await list(c, bucket, more);
        return [(page.Versions ?? []).map((one) => one.Key), (page.CommonPrefixes ?? []).map((one) => one.Prefix)];
      };
      same(await found({ Prefix: "b/" }), [["b/1", "b/2", "b/2"], []], "below b/");
      same(await found({ Delimiter: "/" }), [["a"], ["b/", "c/"]], "with a delimiter");
    },
  ],
  "list-encoding": [
    "ListObjectVersions with encoding-type=url encodes keys and tells so",
    LIST,
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      await putVersion(c, bucket, "a b+c&d", "1");
      const query = { versions: "", "encoding-type": "url" };
      const reply = await answered(c.raw({ path: `/${bucket}`, query }), 200);
      const key = reply.xml("Key") ?? "";
      same(reply.xml("EncodingType"), "url", "EncodingType");
      holds(!/[ &]/.test(key), `the key is ${key}, not encoded`);
      same(decodeURIComponent(key.replaceAll("+", " ")), "a b+c&d", "the decoded key");
    },
  ],
  "list-unversioned": [
    "in a bucket without versioning each object is one version: null, the latest",
    LIST,
    async (c) => {
      const bucket = await c.ownBucket();
      for (const key of ["a", "b", "b"]) await putVersion(c, bucket, key, "1");
      const { Versions = [] } = await list(c, bucket);
      same(
        Versions.map((one) => [one.Key, one.VersionId, one.IsLatest]),
        [
          ["a", "null", true],
          ["b", "null", true],
        ],
        "the versions",
      );
    },
  ],
  "delete-objects": [
    "DeleteObjects deletes versions by their ids, and tells the marker that it adds otherwise",
    "API/API_DeleteObjects.html",
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      const a = [await putVersion(c, Bucket, "a", "1"), await putVersion(c, Bucket, "a", "2")];
      const b = await putVersion(c, Bucket, "b", "1");
      const Objects = [{ Key: "a", VersionId: a[1] }, { Key: "b" }];
      const { Deleted = [], Errors } = await c.client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
      same(Errors ?? [], [], "Errors");
      const [ofA, ofB] = ["a", "b"].map((key) => Deleted.find((one) => one.Key === key));
      same([ofA?.VersionId, ofA?.DeleteMarker ?? false], [a[1], false], "what is told of a");
      holds(ofB?.DeleteMarker && ofB.DeleteMarkerVersionId, "no delete marker is told of b");
      const expected = [`a ${a[0]}`, `b ${b}`, `b ${ofB.DeleteMarkerVersionId} marker`];
      same(entries(await list(c, Bucket)), expected, "the list");
    },
  ],
  "delete-objects-marker": [
    "DeleteObjects of a delete marker by its id brings the object back",
    "API/API_DeleteObjects.html",
    async (c) => {
      const Bucket = await c.ownBucket({ versioning: "Enabled" });
      await putVersion(c, Bucket, "a", "1");
      const { VersionId } = await remove(c, Bucket, "a");
      const Delete = { Objects: [{ Key: "a", VersionId }] };
      const { Deleted = [] } = await c.client.send(new DeleteObjectsCommand({ Bucket, Delete }));
      same([Deleted[0]?.VersionId, Deleted[0]?.DeleteMarker], [VersionId, true], "id and marker that are told");
      await hasBytes(c, "a", "1", Bucket);
    },
  ],
  "bucket-not-empty": [
    "a bucket with nothing but a delete marker is not empty",
    "API/API_DeleteBucket.html",
    async (c) => {
      const bucket = await c.ownBucket({ versioning: "Enabled" });
      await remove(c, bucket, "a");
      await refused(c.raw({ method: "DELETE", path: `/${bucket}` }), 409, "BucketNotEmpty");
    },
  ],
});
