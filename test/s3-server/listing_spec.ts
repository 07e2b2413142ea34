import {
  DeleteObjectCommand,
  ListObjectsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import should from "should";
import { BUCKET, failure, send, withServer } from "./support";

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** A generator of the same "random" numbers every time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomKeys(count: number, seed: number): string[] {
  const next = random(seed);
  const letters = ["a", "b", "/", "/", "-", "é", "\uffee", "\ue000", "🎉", "\u{10ffff}", "Z", "~"];
  const keys = new Set<string>();
  while (keys.size < count) {
    keys.add(`k${Array.from({ length: 1 + next(7) }, () => letters[next(letters.length)]).join("")}`);
  }
  return [...keys];
}

interface Row {
  key?: string;
  prefix?: string;
}

/** What a listing must tell, computed the slow way. */
function reference(keys: string[], prefix: string, delimiter: string, after = ""): Row[] {
  const rows: Row[] = [];
  for (const key of [...keys].sort(byBytes)) {
    if (!key.startsWith(prefix) || (after !== "" && byBytes(key, after) <= 0)) continue;
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    if (at < 0) rows.push({ key });
    else if (!rows.some((row) => row.prefix === key.slice(0, at + delimiter.length)))
      rows.push({ prefix: key.slice(0, at + delimiter.length) });
  }
  return rows;
}

async function listV2(client: S3Client, input: object, perPage: number): Promise<Row[]> {
  const rows: Row[] = [];
  let ContinuationToken: string | undefined;
  do {
    const page = await client.send(
      new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: perPage, ContinuationToken, ...input }),
    );
    const here = [
      ...(page.Contents ?? []).map(({ Key }) => ({ key: Key ?? "" })),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => ({ prefix: Prefix ?? "" })),
    ];
    should(page.KeyCount).equal(here.length);
    here.length.should.be.belowOrEqual(perPage);
    if (page.IsTruncated) here.length.should.equal(perPage);
    rows.push(...here.sort((a, b) => byBytes(name(a), name(b))));
    ContinuationToken = page.NextContinuationToken;
    should(page.IsTruncated).equal(ContinuationToken !== undefined);
  } while (ContinuationToken);
  return rows;
}

function name(row: Row): string {
  return row.key ?? row.prefix ?? "";
}

async function listV1(client: S3Client, input: { Delimiter?: string }, perPage: number): Promise<Row[]> {
  const rows: Row[] = [];
  let Marker: string | undefined;
  for (;;) {
    const page = await client.send(new ListObjectsCommand({ Bucket: BUCKET, MaxKeys: perPage, Marker, ...input }));
    const here = [
      ...(page.Contents ?? []).map(({ Key }) => ({ key: Key ?? "" })),
      ...(page.CommonPrefixes ?? []).map(({ Prefix }) => ({ prefix: Prefix ?? "" })),
    ];
    here.sort((a, b) => byBytes(name(a), name(b)));
    rows.push(...here);
    if (!page.IsTruncated) return rows;
    const last = here[here.length - 1];
    if (input.Delimiter) should(page.NextMarker).equal(last && name(last));
    else should(page.NextMarker).be.undefined();
    Marker = last && name(last);
  }
}

describe("s3-server: listings", () => {
  const keys = randomKeys(400, 1);

  it("tells keys and common prefixes in the order of their bytes, page by page", () =>
    withServer({}, async (server, client) => {
      server.seed(BUCKET, keys);
      for (const Delimiter of [undefined, "/", "🎉", "a/"]) {
        for (const Prefix of ["", "k", "ka", "k/", "k🎉", "none"]) {
          const expected = reference(keys, Prefix, Delimiter ?? "");
          for (const perPage of Prefix === "k" ? [1000, 37, 7] : [1000]) {
            (await listV2(client, { Prefix, Delimiter }, perPage)).should.eql(expected);
          }
        }
      }
      for (const perPage of [1000, 19]) {
        (await listV1(client, {}, perPage)).should.eql(reference(keys, "", ""));
        (await listV1(client, { Delimiter: "/" }, perPage)).should.eql(reference(keys, "", "/"));
      }
    }));

  it("starts after a key, there or not", () =>
    withServer({}, async (server, client) => {
      server.seed(BUCKET, keys);
      for (const StartAfter of [keys[5], "kb", "k🎉", "zzz", "a"]) {
        (await listV2(client, { StartAfter }, 50)).should.eql(reference(keys, "", "", StartAfter));
        (await listV2(client, { StartAfter, Prefix: "kb" }, 50)).should.eql(reference(keys, "kb", "", StartAfter));
      }
    }));

  it("leaves out common prefixes that are not greater than where it starts", () =>
    withServer({}, async (server, client) => {
      server.seed(BUCKET, ["a/1", "b/1", "b/2", "b0", "c/1"]);
      const names = async (input: Parameters<typeof listV2>[1], perPage: number) =>
        (await listV2(client, input, perPage)).map((one) => ("key" in one ? one.key : one.prefix));
      (await names({ StartAfter: "b/1", Delimiter: "/" }, 10)).should.eql(["b0", "c/"]);
      (await names({ StartAfter: "b/1", Delimiter: "/" }, 1)).should.eql(["b0", "c/"]);
      (await names({ StartAfter: "b/1" }, 10)).should.eql(["b/2", "b0", "c/1"]);
      (await names({ StartAfter: "b", Delimiter: "/" }, 10)).should.eql(["b/", "b0", "c/"]);
    }));

  it("keeps the order while objects come and go, one by one and in crowds", () =>
    withServer({ hooks: [] }, async (server, client) => {
      const next = random(7);
      const all = randomKeys(300, 3);
      const model = new Set<string>();
      for (let round = 0; round < 12; round++) {
        const crowd = round % 3 === 0 ? 100 : 5;
        for (let i = 0; i < crowd; i++) {
          const key = all[next(all.length)] as string;
          if (next(3) > 0) {
            server.put(BUCKET, key, "x");
            model.add(key);
          } else {
            await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: key }));
            model.delete(key);
          }
        }
        (await listV2(client, {}, 1000)).should.eql(reference([...model], "", ""));
      }
    }));

  it("gives at most 1,000 keys, however many are asked for, and none when none are", () =>
    withServer({}, async (server, client) => {
      server.seed(
        BUCKET,
        Array.from({ length: 2500 }, (_, i) => `key-${i}`),
      );
      const big = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 5000 }));
      big.should.match({ KeyCount: 1000, MaxKeys: 1000, IsTruncated: true });
      const none = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, MaxKeys: 0 }));
      none.should.match({ KeyCount: 0, IsTruncated: false });
      (await listV2(client, {}, 1000)).length.should.equal(2500);
    }));

  it("refuses wrong numbers, encodings and tokens", () =>
    withServer({}, async (server) => {
      server.seed(BUCKET, ["a", "b"]);
      const list = (query: Record<string, string>) =>
        send(server, { path: `/${BUCKET}`, query: { "list-type": "2", ...query } });
      for (const query of [
        { "max-keys": "-1" },
        { "max-keys": "ten" },
        { "encoding-type": "base64" },
        { "continuation-token": "bogus" },
        { "continuation-token": "" },
      ]) {
        (await list(query as Record<string, string>)).should.match({ status: 400, code: "InvalidArgument" });
      }
      const token = /<NextContinuationToken>([^<]*)/.exec((await list({ "max-keys": "1" })).body)?.[1] ?? "";
      (await list({ "continuation-token": token })).body.should.match(/<Key>b<\/Key>/).and.not.match(/<Key>a<\/Key>/);
      (await list({ "continuation-token": `${token}x` })).should.match({ status: 400, code: "InvalidArgument" });
    }));

  it("tells owner, size, time, ETag and storage class", () =>
    withServer({}, async (server, client) => {
      const lastModified = new Date("2024-01-02T03:04:05Z");
      server.put(BUCKET, "a", "four", { lastModified, headers: { "x-amz-storage-class": "STANDARD_IA" } });
      const [plain, owned] = await Promise.all(
        [false, true].map((FetchOwner) => client.send(new ListObjectsV2Command({ Bucket: BUCKET, FetchOwner }))),
      );
      const ETag = '"8cbad96aced40b3838dd9f07f6ef5772"';
      should(plain?.Contents).match([
        { Key: "a", Size: 4, LastModified: lastModified, ETag, StorageClass: "STANDARD_IA" },
      ]);
      should(plain?.Contents?.[0]?.Owner).be.undefined();
      should(owned?.Contents?.[0]?.Owner?.ID).be.a.String();
    }));

  it("shows an overwritten object as it is now", () =>
    withServer({}, async (_, client) => {
      for (const Body of ["1", "22"]) {
        await client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body }));
        const { Contents } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
        should(Contents).match([{ Key: "a", Size: Body.length }]);
      }
    }));

  it("knows no bucket that is not there", () =>
    withServer({}, async (_, client) => {
      const list = client.send(new ListObjectsV2Command({ Bucket: "not-there" }));
      (await failure(list)).should.match({ code: "NoSuchBucket", status: 404 });
    }));
});
