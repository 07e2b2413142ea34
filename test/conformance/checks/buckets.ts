/** Buckets: creating, naming, listing, deleting. */
import {
  CreateBucketCommand,
  DeleteBucketCommand,
  GetBucketLocationCommand,
  HeadBucketCommand,
  ListBucketsCommand,
} from "@aws-sdk/client-s3";
import { group } from "../check";
import { unique } from "../context";
import { answered, holds, refused, refusedAs, same } from "../expect";
import { hasBytes, put } from "../stored";
import { begin } from "../upload";

const CREATE = "API/API_CreateBucket.html";
const DELETE = "API/API_DeleteBucket.html";
const LIST = "API/API_ListBuckets.html";
const HEAD = "API/API_HeadBucket.html";
const NAMES = "userguide/bucketnamingrules.html";

const missing = (): string => `missing-${unique()}`;

export const buckets = group("buckets", {
  create: [
    "a new bucket is there, empty, and in the list of buckets",
    CREATE,
    async (c) => {
      const Bucket = await c.ownBucket();
      await answered(c.raw({ method: "HEAD", path: `/${Bucket}` }), 200);
      const page = await answered(c.raw({ path: `/${Bucket}`, query: { "list-type": "2" } }), 200);
      same(page.all("Key"), [], "the keys");
      const { Buckets = [] } = await c.client.send(new ListBucketsCommand({}));
      const found = Buckets.find(({ Name }) => Name === Bucket);
      holds(found, "the bucket is not in the list");
      holds(Math.abs(Number(found.CreationDate) - Date.now()) < 300_000, `CreationDate is ${found.CreationDate}`);
    },
  ],
  "create-again": [
    "creating one's own bucket again is 409 BucketAlreadyOwnedByYou, or 200 in us-east-1; its objects stay",
    CREATE,
    async (c) => {
      const Bucket = await c.ownBucket();
      await put(c, "data", { Bucket, Key: "a" });
      const again = c.client.send(new CreateBucketCommand({ Bucket }));
      if (c.region !== "us-east-1") await refused(again, 409, "BucketAlreadyOwnedByYou");
      else await again.catch(() => refused(again, 409, "BucketAlreadyOwnedByYou"));
      await hasBytes(c, "a", "data", Bucket);
    },
  ],
  names: [
    "names that break the rules are 400 InvalidBucketName",
    NAMES,
    async (c) => {
      const end = unique();
      const wrong = ["ab", `Upper-${end}`, `under_score-${end}`, `-${end}`, `${end}-`, `a..${end}`, "a".repeat(64)];
      for (const name of [...wrong, "192.168.5.4"]) {
        const reply = await c.raw({ method: "PUT", path: `/${name}` });
        // what is there now must not stay
        if (reply.status === 200) await c.raw({ method: "DELETE", path: `/${name}` });
        holds(
          reply.status === 400 && reply.code === "InvalidBucketName",
          `${name} is answered ${reply.status} ${reply.code ?? ""}, not 400 InvalidBucketName`,
        );
      }
    },
  ],
  "names-allowed": [
    "a name may have 63 characters, digits, dots and hyphens",
    NAMES,
    async (c) => {
      for (const name of [`0.a-b.${unique()}`, `${unique()}${"a".repeat(51)}`]) {
        await c.client.send(new CreateBucketCommand({ Bucket: name }));
        const { Buckets = [] } = await c.client.send(new ListBucketsCommand({}));
        await c.client.send(new DeleteBucketCommand({ Bucket: name }));
        holds(
          Buckets.some((one) => one.Name === name),
          `${name} is not in the list`,
        );
      }
    },
  ],
  "location-wrong": [
    "a location that does not exist is 400",
    CREATE,
    async (c) => {
      const Bucket = missing();
      const body =
        "<CreateBucketConfiguration><LocationConstraint>nowhere-9</LocationConstraint></CreateBucketConfiguration>";
      const reply = c.raw({ method: "PUT", path: `/${Bucket}`, body });
      await refused(reply, 400, "InvalidLocationConstraint", "IllegalLocationConstraintException");
      await answered(c.raw({ method: "HEAD", path: `/${Bucket}` }), 404);
    },
  ],
  "malformed-xml": [
    "a body that is no CreateBucketConfiguration is 400 MalformedXML",
    "API/ErrorResponses.html",
    async (c) => {
      const Bucket = missing();
      await refused(c.raw({ method: "PUT", path: `/${Bucket}`, body: "no XML" }), 400, "MalformedXML");
      await answered(c.raw({ method: "HEAD", path: `/${Bucket}` }), 404);
    },
  ],
  delete: [
    "deleting an empty bucket is 204, and it is gone",
    DELETE,
    async (c) => {
      const Bucket = await c.ownBucket();
      await answered(c.raw({ method: "DELETE", path: `/${Bucket}` }), 204);
      await answered(c.raw({ method: "HEAD", path: `/${Bucket}` }), 404);
      const { Buckets = [] } = await c.client.send(new ListBucketsCommand({}));
      same(Buckets.filter(({ Name }) => Name === Bucket).length, 0, "how often it is in the list");
    },
  ],
  "delete-not-empty": [
    "deleting a bucket with an object is 409 BucketNotEmpty, and the object stays",
    DELETE,
    async (c) => {
      const Bucket = await c.ownBucket();
      await put(c, "data", { Bucket, Key: "a" });
      await refused(c.raw({ method: "DELETE", path: `/${Bucket}` }), 409, "BucketNotEmpty");
      await answered(c.raw({ method: "HEAD", path: `/${Bucket}/a` }), 200);
    },
  ],
  "delete-with-upload": [
    "an upload in progress does not keep a bucket from being deleted",
    "userguide/delete-bucket.html",
    async (c) => {
      const Bucket = await c.ownBucket();
      await begin(c, { Bucket });
      await answered(c.raw({ method: "DELETE", path: `/${Bucket}` }), 204);
    },
  ],
  "delete-missing": [
    "deleting a bucket that does not exist is 404 NoSuchBucket",
    "API/ErrorResponses.html",
    async (c) => {
      await refused(c.client.send(new DeleteBucketCommand({ Bucket: missing() })), 404, "NoSuchBucket");
      await answered(c.raw({ method: "DELETE", path: `/${await c.ownBucket()}` }), 204);
    },
  ],
  "head-missing": [
    "HeadBucket of a bucket that does not exist is 404",
    HEAD,
    async (c) => {
      await refused(c.client.send(new HeadBucketCommand({ Bucket: missing() })), 404);
      await c.client.send(new HeadBucketCommand({ Bucket: c.bucket }));
    },
  ],
  "head-region": [
    "HeadBucket tells the region in x-amz-bucket-region",
    HEAD,
    async (c) => {
      const { BucketRegion } = await c.client.send(new HeadBucketCommand({ Bucket: c.bucket }));
      same(BucketRegion, c.region, "x-amz-bucket-region");
    },
  ],
  "head-foreign": [
    "HeadBucket without keys of a private bucket is 403",
    HEAD,
    async (c) => {
      const request = { method: "HEAD", path: `/${await c.ownBucket()}` };
      await answered(c.raw({ ...request, auth: "none" }), 403);
      await answered(c.raw(request), 200);
    },
  ],
  location: [
    "GetBucketLocation is empty for us-east-1, else the region",
    "API/API_GetBucketLocation.html",
    async (c) => {
      const reply = await answered(c.raw({ path: `/${c.bucket}`, query: { location: "" } }), 200);
      const expected = c.region === "us-east-1" ? "" : c.region;
      same(reply.xml("LocationConstraint"), expected, "LocationConstraint");
      await refused(c.client.send(new GetBucketLocationCommand({ Bucket: missing() })), 404, "NoSuchBucket");
    },
  ],
  "list-order": [
    "ListBuckets tells the owner, and the buckets by name",
    LIST,
    async (c) => {
      for (let count = 0; count < 3; count++) await c.ownBucket();
      const { Buckets = [], Owner } = await c.client.send(new ListBucketsCommand({}));
      const names = Buckets.map(({ Name }) => Name ?? "");
      holds(names.length >= 4, `there are ${names.length} buckets, not 4 or more`);
      same(names, [...names].sort(), "the names");
      holds(Owner?.ID, "there is no owner");
    },
  ],
  "list-pages": [
    "ListBuckets takes max-buckets, prefix and continuation-token",
    LIST,
    async (c) => {
      // made here, for the prefix that they share
      const prefix = `pages-${unique()}`;
      const names = ["a", "b", "c"].map((end) => `${prefix}-${end}`);
      try {
        for (const Bucket of names) await c.client.send(new CreateBucketCommand({ Bucket }));
        const found: (string | undefined)[][] = [];
        let ContinuationToken: string | undefined;
        do {
          const input = { Prefix: prefix, MaxBuckets: 2, ContinuationToken };
          const page = await c.client.send(new ListBucketsCommand(input));
          found.push((page.Buckets ?? []).map(({ Name }) => Name));
          ContinuationToken = page.ContinuationToken;
        } while (ContinuationToken !== undefined && found.length < 10);
        same(found, [names.slice(0, 2), names.slice(2)], "the pages");
      } finally {
        for (const Bucket of names) await c.client.send(new DeleteBucketCommand({ Bucket })).catch(() => {});
      }
    },
  ],
  "list-anonymous": [
    "nobody lists buckets without keys",
    LIST,
    async (c) => {
      holds(
        (await answered(c.raw({ path: "/" }), 200)).all("Name").includes(c.bucket),
        "with keys it is not in the list",
      );
      const reply = await c.raw({ path: "/", auth: "none" });
      // AWS sends a browser to its home page
      holds([307, 403].includes(reply.status), `answered ${reply.status}, not 403`);
    },
  ],
  "objects-in-missing": [
    "Get, Put and Delete in a bucket that does not exist are 404 NoSuchBucket",
    "API/ErrorResponses.html",
    async (c) => {
      for (const method of ["GET", "PUT", "DELETE"]) {
        await refusedAs(c.raw({ method, path: `/${missing()}/a` }), "404 NoSuchBucket");
      }
      await hasBytes(c, await put(c, "data"), "data");
    },
  ],
});
