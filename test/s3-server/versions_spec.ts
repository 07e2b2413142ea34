import {
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  PutBucketVersioningCommand,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import should from "should";
import { must } from "../support/must";
import { BUCKET, failure, send, withServer } from "./support";

const A = { Bucket: BUCKET, Key: "a" };

async function put(client: S3Client, Body: string, Key = "a"): Promise<string | undefined> {
  return (await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }))).VersionId;
}

async function text(client: S3Client, VersionId?: string): Promise<string | undefined> {
  const { Body } = await client.send(new GetObjectCommand({ ...A, VersionId }));
  return Body?.transformToString();
}

async function setStatus(client: S3Client, Status: "Enabled" | "Suspended"): Promise<void> {
  await client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration: { Status } }));
}

interface Row {
  key: string | undefined;
  id: string | undefined;
  latest: boolean | undefined;
  marker: boolean;
}

async function listVersions(client: S3Client, MaxKeys: number, input = {}): Promise<Row[]> {
  const rows: Row[] = [];
  let KeyMarker: string | undefined;
  let VersionIdMarker: string | undefined;
  for (;;) {
    const page = await client.send(
      new ListObjectVersionsCommand({ Bucket: BUCKET, MaxKeys, KeyMarker, VersionIdMarker, ...input }),
    );
    const versions = (page.Versions ?? []).map((one) => ({
      key: one.Key,
      id: one.VersionId,
      latest: one.IsLatest,
      marker: false,
    }));
    const markers = (page.DeleteMarkers ?? []).map((one) => ({
      key: one.Key,
      id: one.VersionId,
      latest: one.IsLatest,
      marker: true,
    }));
    (versions.length + markers.length + (page.CommonPrefixes ?? []).length).should.be.belowOrEqual(MaxKeys);
    rows.push(...versions, ...markers);
    if (!page.IsTruncated) return rows;
    KeyMarker = page.NextKeyMarker;
    VersionIdMarker = page.NextVersionIdMarker;
  }
}

describe("s3-server: versions", () => {
  it("keeps every version once versioning is on, what was there before as null", () =>
    withServer({}, async (server, client) => {
      should((await client.send(new GetBucketVersioningCommand({ Bucket: BUCKET }))).Status).be.undefined();
      should(await put(client, "0")).be.undefined();
      await setStatus(client, "Enabled");
      should((await client.send(new GetBucketVersioningCommand({ Bucket: BUCKET }))).Status).equal("Enabled");
      const one = await put(client, "1");
      const two = await put(client, "2");
      should(one).be.a.String().and.not.equal(two);
      should(await text(client)).equal("2");
      should(await text(client, one)).equal("1");
      should(await text(client, "null")).equal("0");
      server
        .versions(BUCKET, "a")
        .map((version) => version.versionId)
        .should.eql([two, one, "null"]);
    }));

  it("deletes with a marker, and undoes that when the marker is deleted", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (_, client) => {
      const one = await put(client, "1");
      const gone = await client.send(new DeleteObjectCommand(A));
      gone.should.match({ DeleteMarker: true });
      (await failure(text(client))).should.match({ code: "NoSuchKey", status: 404 });
      (await failure(text(client, gone.VersionId))).should.match({ code: "MethodNotAllowed", status: 405 });
      must(
        (await failure(client.send(new HeadObjectCommand({ ...A, VersionId: gone.VersionId })))).status,
      ).should.equal(405);
      should((await client.send(new ListObjectsV2Command({ Bucket: BUCKET }))).KeyCount).equal(0);
      should(await text(client, one)).equal("1");
      (await failure(client.send(new DeleteBucketCommand({ Bucket: BUCKET })))).should.match({
        code: "BucketNotEmpty",
        status: 409,
      });
      const undone = await client.send(new DeleteObjectCommand({ ...A, VersionId: gone.VersionId }));
      undone.should.match({ DeleteMarker: true, VersionId: gone.VersionId });
      should(await text(client)).equal("1");
      const last = await client.send(new DeleteObjectCommand({ ...A, VersionId: one }));
      should(last.DeleteMarker).be.undefined();
      await client.send(new DeleteBucketCommand({ Bucket: BUCKET }));
    }));

  it("tells of a delete marker in headers", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (server, client) => {
      await put(client, "1");
      const { VersionId } = await client.send(new DeleteObjectCommand(A));
      const current = await send(server, { path: `/${BUCKET}/a` });
      current.should.match({ status: 404, code: "NoSuchKey" });
      current.headers.should.match({ "x-amz-delete-marker": "true", "x-amz-version-id": VersionId });
      const named = await send(server, { path: `/${BUCKET}/a`, query: { versionId: VersionId ?? "" } });
      named.headers.should.match({ "x-amz-delete-marker": "true", allow: "DELETE" });
      (await send(server, { method: "HEAD", path: `/${BUCKET}/a` })).headers.should.match({
        "x-amz-delete-marker": "true",
      });
    }));

  it("has one null version while versioning is suspended", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (server, client) => {
      const one = await put(client, "1");
      await setStatus(client, "Suspended");
      should(await put(client, "2")).equal("null");
      should(await put(client, "3")).equal("null");
      server
        .versions(BUCKET, "a")
        .map((version) => version.versionId)
        .should.eql(["null", one]);
      should(await text(client, "null")).equal("3");
      (await client.send(new DeleteObjectCommand(A))).should.match({ DeleteMarker: true, VersionId: "null" });
      server.versions(BUCKET, "a").should.match([
        { versionId: "null", deleteMarker: true },
        { versionId: one, deleteMarker: false },
      ]);
      await client.send(new DeleteObjectCommand({ ...A, VersionId: "null" }));
      should(await text(client)).equal("1");
    }));

  it("knows a version that is not there from one that can be none", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (_, client) => {
      await put(client, "1");
      (await failure(text(client, "x".repeat(32)))).should.match({ code: "NoSuchVersion", status: 404 });
      (await failure(text(client, "short"))).should.match({ code: "InvalidArgument", status: 400 });
      await client.send(new DeleteObjectCommand({ ...A, VersionId: "x".repeat(32) }));
      should(await text(client)).equal("1");
    }));

  it("lists all versions, the newest of a key first, page by page", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (server, client) => {
      for (const key of ["b/x", "a", "b/y", "🎉", "\uffee", "a"])
        for (const body of ["1", "2"]) await put(client, body, key);
      await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "b/x" }));
      const expected = ["a", "b/x", "b/y", "\uffee", "🎉"].flatMap((key) =>
        server
          .versions(BUCKET, key)
          .map((one, index) => ({ key, id: one.versionId, latest: index === 0, marker: one.deleteMarker })),
      );
      expected.length.should.equal(13);
      const sorted = (rows: Row[]) => [...rows].sort((a, b) => Number(a.marker) - Number(b.marker));
      for (const perPage of [1000, 3, 1]) {
        const rows = await listVersions(client, perPage);
        if (perPage === 1) rows.should.eql(expected);
        else
          sorted(rows)
            .map((row) => row.id)
            .sort()
            .should.eql(expected.map((row) => row.id).sort());
      }
      const below = await listVersions(client, 2, { Prefix: "b/" });
      below
        .map((row) => row.id)
        .sort()
        .should.eql(
          expected
            .filter((row) => row.key.startsWith("b/"))
            .map((row) => row.id)
            .sort(),
        );
      const rolled = await client.send(new ListObjectVersionsCommand({ Bucket: BUCKET, Delimiter: "/" }));
      should(rolled.CommonPrefixes).match([{ Prefix: "b/" }]);
      should(rolled.Versions?.length).equal(8);
    }));

  it("goes on after a version that was deleted between two pages", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (_, client) => {
      const ids: (string | undefined)[] = [];
      for (const body of ["1", "2", "3", "4"]) ids.unshift(await put(client, body));
      const page = (input = {}) => client.send(new ListObjectVersionsCommand({ Bucket: BUCKET, MaxKeys: 2, ...input }));
      const first = await page();
      should(first.NextVersionIdMarker).equal(ids[1]);
      await client.send(new DeleteObjectCommand({ ...A, VersionId: ids[1] }));
      const second = await page({ KeyMarker: "a", VersionIdMarker: ids[1] });
      should(second.Versions?.map((one) => one.VersionId)).eql(ids.slice(2));
      (await failure(page({ KeyMarker: "a", VersionIdMarker: "short" }))).should.match({ code: "InvalidArgument" });
      (await failure(page({ VersionIdMarker: ids[1] }))).should.match({ code: "InvalidArgument", status: 400 });
    }));

  it("rolls versions up page by page, delete markers among them", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (_, client) => {
      for (const key of ["a/1", "a/2", "b", "c/1", "d"]) for (const body of ["1", "2"]) await put(client, body, key);
      await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "d" }));
      const seen: string[] = [];
      let markers: { KeyMarker?: string | undefined; VersionIdMarker?: string | undefined } = {};
      for (;;) {
        const page = await client.send(
          new ListObjectVersionsCommand({ Bucket: BUCKET, Delimiter: "/", MaxKeys: 1, ...markers }),
        );
        seen.push(
          ...(page.CommonPrefixes ?? []).map((one) => one.Prefix ?? ""),
          ...(page.Versions ?? []).map((one) => `${one.Key}${one.IsLatest ? " latest" : ""}`),
          ...(page.DeleteMarkers ?? []).map((one) => `${one.Key} marker${one.IsLatest ? " latest" : ""}`),
        );
        if (!page.IsTruncated) break;
        markers = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
      }
      seen.should.eql(["a/", "b latest", "b", "c/", "d marker latest", "d", "d"]);
    }));

  it("takes the permission for versions, and that alone, of who names one", async () => {
    const user = (accessKey: string, ...allow: string[]) => ({ accessKey, secretKey: "s", allow });
    const current = user("current", "s3:GetObject", "s3:DeleteObject", "s3:GetObjectTagging");
    const old = user("old", "s3:GetObjectVersion", "s3:DeleteObjectVersion", "s3:GetObjectVersionTagging");
    const buckets = [{ name: BUCKET, versioning: "Enabled" as const }];
    await withServer({ buckets, users: [current, old] }, async (server) => {
      const { versionId } = server.put(BUCKET, "a", "x");
      const status = async (as: typeof current, method: string, query: Record<string, string>) =>
        (await send(server, { method, path: `/${BUCKET}/a`, query, ...as })).status;
      for (const [method, query, right] of [
        ["GET", {}, 200],
        ["HEAD", {}, 200],
        ["GET", { tagging: "" }, 200],
        ["DELETE", {}, 204],
      ] as const) {
        const named: Record<string, string> = { ...query, versionId };
        (await status(old, method, query)).should.equal(403);
        (await status(current, method, named)).should.equal(403);
        (await status(current, method, query)).should.equal(right);
        if (method !== "DELETE") (await status(old, method, named)).should.equal(right);
      }
      (await status(old, "DELETE", { versionId })).should.equal(204);
    });
  });

  it("deletes in batches: markers, versions, and what is not there", () =>
    withServer({ buckets: [{ name: BUCKET, versioning: "Enabled" }] }, async (server, client) => {
      const one = await put(client, "1");
      const Objects = [{ Key: "a" }, { Key: "a", VersionId: one }, { Key: "missing", VersionId: "x".repeat(32) }];
      const { Deleted, Errors } = await client.send(new DeleteObjectsCommand({ Bucket: BUCKET, Delete: { Objects } }));
      should(Errors).be.undefined();
      should(Deleted).match([{ Key: "a", DeleteMarker: true }, { Key: "a", VersionId: one }, { Key: "missing" }]);
      server.versions(BUCKET, "a").should.match([{ deleteMarker: true }]);
      const Quiet = true;
      const quiet = await client.send(
        new DeleteObjectsCommand({
          Bucket: BUCKET,
          Delete: { Objects: [{ Key: "a", VersionId: server.versions(BUCKET, "a")[0]?.versionId }], Quiet },
        }),
      );
      should(quiet.Deleted).be.undefined();
      server.versions(BUCKET, "a").should.eql([]);
    }));
});
