import { Agent } from "node:https";
import {
  CopyObjectCommand,
  DeleteBucketPolicyCommand,
  DeleteObjectsCommand,
  GetBucketPolicyCommand,
  GetBucketPolicyStatusCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  PutBucketPolicyCommand,
  PutObjectCommand,
  PutPublicAccessBlockCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { fromTemporaryCredentials } from "@aws-sdk/credential-providers";
import { NodeHttpHandler } from "@smithy/node-http-handler";
import should from "should";
import type { S3Server, S3ServerOptions } from "../../dev/s3-server/index";
import { matchesWildcard } from "../../dev/s3-server/wildcard";
import { cert, key } from "./certificate";
import { BUCKET, clientFor, failure, OPEN, type RawRequest, send, withServer } from "./support";

const B = { Bucket: BUCKET };
const ARN = `arn:aws:s3:::${BUCKET}`;
const ANN = { accessKey: "AKIAANN", secretKey: "a", name: "ann", allow: [] };
const BOB = { accessKey: "AKIABOB", secretKey: "b" };
const users = [ANN, BOB];
const user = (name: string) => ({ AWS: `arn:aws:iam::111122223333:user/team/${name}` });

function put(client: S3Client, ...Statement: object[]): Promise<unknown> {
  const Policy = JSON.stringify({ Version: "2012-10-17", Statement });
  return client.send(new PutBucketPolicyCommand({ ...B, Policy }));
}

const allow = (Action: unknown, Resource: unknown, more: object = {}) => ({
  Effect: "Allow",
  Principal: "*",
  Action,
  Resource,
  ...more,
});
const deny = (Action: unknown, Resource: unknown, more: object = {}) => ({
  ...allow(Action, Resource, more),
  Effect: "Deny",
});

/** Statuses of requests by somebody. */
function asking(server: S3Server, who: Partial<RawRequest>) {
  const ask = async (raw: Omit<RawRequest, "path"> & { path?: string }) => {
    const { status, code } = await send(server, { path: `/${BUCKET}`, ...who, ...raw });
    return code === undefined ? status : `${status} ${code}`;
  };
  return {
    get: (name: string, more: Partial<RawRequest> = {}) => ask({ path: `/${BUCKET}/${name}`, ...more }),
    list: (query: Record<string, string> = {}) => ask({ query: { "list-type": "2", ...query } }),
    put: (name: string, headers: Record<string, string> = {}) =>
      ask({ path: `/${BUCKET}/${name}`, method: "PUT", body: "y", headers }),
    remove: (name: string) => ask({ path: `/${BUCKET}/${name}`, method: "DELETE" }),
    ask,
  };
}

const DENIED = "403 AccessDenied";
const nobody = { anonymous: true };

function withPolicies(test: (server: S3Server, client: S3Client) => Promise<void>, options: S3ServerOptions = {}) {
  return withServer({ buckets: [OPEN], users, ...options }, async (server, client) => {
    server.put(BUCKET, "open/a", "x", { tags: { kind: "free" } });
    server.put(BUCKET, "b", "x");
    await test(server, client);
  });
}

describe("s3-server: bucket policies", () => {
  it("are put, told and deleted", () =>
    withPolicies(async (server, client) => {
      const get = async () => (await client.send(new GetBucketPolicyCommand(B))).Policy;
      const isPublic = async () => (await client.send(new GetBucketPolicyStatusCommand(B))).PolicyStatus?.IsPublic;
      (await failure(get())).should.match({ code: "NoSuchBucketPolicy", status: 404 });
      (await failure(isPublic())).should.match({ code: "NoSuchBucketPolicy", status: 404 });
      const Policy = ` { "Statement" : ${JSON.stringify(allow("s3:GetObject", `${ARN}/*`))} }`.trim();
      const { $metadata } = await client.send(new PutBucketPolicyCommand({ ...B, Policy }));
      should($metadata.httpStatusCode).equal(204);
      should(await get()).equal(Policy);
      should(await isPublic()).be.true();
      await put(client, allow("s3:GetObject", `${ARN}/*`, { Principal: user("ann") }));
      should(await isPublic()).be.false();
      await client.send(new DeleteBucketPolicyCommand(B));
      await client.send(new DeleteBucketPolicyCommand(B));
      (await failure(get())).should.match({ code: "NoSuchBucketPolicy" });
      server.requests.map((one) => one.operation).should.containDeep(["PutBucketPolicy", "GetBucketPolicyStatus"]);
    }));

  it("let anybody do what they allow to everybody, and no more", () =>
    withPolicies(async (server, client) => {
      const { get, list, put: write } = asking(server, nobody);
      should(await get("open/a")).equal(DENIED);
      await put(client, allow("s3:GetObject", `${ARN}/open/*`));
      should(await get("open/a")).equal(200);
      should(await get("b")).equal(DENIED);
      should(await write("open/a")).equal(DENIED);
      should(await list()).equal(DENIED);
      // without the permission to list, what is missing is not told
      should(await get("open/missing")).equal(DENIED);
      should(await get("open/missing", { method: "HEAD" })).equal(403);
      await put(client, allow(["s3:GetObject", "s3:ListBucket"], [ARN, `${ARN}/*`]));
      should(await get("open/missing")).equal("404 NoSuchKey");
      should(await list()).equal(200);
    }));

  it("speak of users by name and by access key, of accounts, and of roles", async () => {
    const role = "arn:aws:iam::111122223333:role/reader";
    const roles = [{ arn: role, allow: [] }];
    await withPolicies(
      async (server, client) => {
        const ann = asking(server, ANN);
        const may = async (Principal: unknown) => {
          await put(client, allow("s3:GetObject", `${ARN}/*`, { Principal }));
          return ann.get("b");
        };
        should(await ann.get("b")).equal(DENIED);
        should(await may(user("ann"))).equal(200);
        should(await may(user("AKIAANN"))).equal(200);
        should(await may({ AWS: [user("bob").AWS, "111122223333"] })).equal(200);
        should(await may({ AWS: "arn:aws:iam::111122223333:root" })).equal(200);
        should(await may(user("bob"))).equal(DENIED);
        should(await may(user("joann"))).equal(DENIED);
        should(await may({ AWS: "arn:aws:iam::111122223333:role/ann" })).equal(DENIED);
        should(await may({ Service: "logging.s3.amazonaws.com" })).equal(DENIED);
        should(await may({ AWS: "arn:aws:iam::111122223333:root" })).equal(200);
        should(await asking(server, nobody).get("b")).equal(DENIED);

        const credentials = fromTemporaryCredentials({
          masterCredentials: { accessKeyId: server.accessKey, secretAccessKey: server.secretKey },
          params: { RoleArn: role, RoleSessionName: "session" },
          clientConfig: { endpoint: server.endpoint, region: server.region },
        });
        const session = clientFor(server, { credentials });
        const read = async () => {
          const { $metadata, Body } = await session.send(new GetObjectCommand({ ...B, Key: "b" }));
          await Body?.transformToByteArray();
          return $metadata.httpStatusCode;
        };
        await put(client, allow("s3:GetObject", `${ARN}/*`, { Principal: { AWS: role } }));
        should(await read()).equal(200);
        const assumed = "arn:aws:sts::111122223333:assumed-role/reader";
        await put(client, allow("s3:GetObject", `${ARN}/*`, { Principal: { AWS: `${assumed}/session` } }));
        should(await read()).equal(200);
        await put(client, allow("s3:GetObject", `${ARN}/*`, { Principal: { AWS: `${assumed}/other` } }));
        (await failure(read())).should.match({ code: "AccessDenied", status: 403 });
        session.destroy();
      },
      { roles },
    );
  });

  it("deny what is allowed elsewhere, to the owner too, who can still take the policy away", () =>
    withPolicies(async (server, client) => {
      const bob = asking(server, BOB);
      const root = asking(server, {});
      await put(client, allow("*", [ARN, `${ARN}/*`]), deny("s3:*", [ARN, `${ARN}/*`]));
      for (const one of [bob, root, asking(server, nobody)]) {
        should(await one.get("b")).equal(DENIED);
        should(await one.list()).equal(DENIED);
        should(await one.ask({ query: { acl: "" } })).equal(DENIED);
      }
      const policy = { query: { policy: "" } };
      should(await bob.ask(policy)).equal(DENIED);
      should(await bob.ask({ ...policy, method: "DELETE" })).equal(DENIED);
      should(await root.ask(policy)).equal(200);
      await put(client, deny("s3:*", [ARN, `${ARN}/*`]));
      should(await root.ask({ ...policy, method: "DELETE" })).equal(204);
      should(await bob.get("b")).equal(200);
    }));

  it("know wildcards, and what is not meant", () =>
    withPolicies(async (server, client) => {
      const ann = asking(server, ANN);
      server.put(BUCKET, "logs-1.txt", "x");
      await put(client, allow("s3:get*", `${ARN}/logs-?.*`));
      should([await ann.get("logs-1.txt"), await ann.get("b"), await ann.put("logs-1.txt")]).eql([200, DENIED, DENIED]);
      await put(client, allow("s3:?etObject", "arn:aws:s3:::test-*/b"));
      should([await ann.get("b"), await ann.get("open/a")]).eql([200, DENIED]);
      const { Action: _, ...notAction } = allow("", [ARN, `${ARN}/*`], { NotAction: ["s3:Put*", "s3:DeleteObject"] });
      await put(client, notAction);
      should([await ann.get("b"), await ann.list(), await ann.put("b"), await ann.remove("b")]).eql([
        200,
        200,
        DENIED,
        DENIED,
      ]);
      const { Resource: __, ...notResource } = deny("s3:GetObject", "", { NotResource: `${ARN}/open/*` });
      await put(client, allow("s3:GetObject", `${ARN}/*`), notResource);
      should([await ann.get("open/a"), await ann.get("b")]).eql([200, DENIED]);
    }));

  it("are asked for every key of a batch and for the source of a copy", () =>
    withPolicies(async (server, client) => {
      const bob = clientFor(server, { credentials: { accessKeyId: BOB.accessKey, secretAccessKey: BOB.secretKey } });
      await put(client, deny(["s3:DeleteObject", "s3:GetObject"], `${ARN}/open/*`));
      const Objects = [{ Key: "open/a" }, { Key: "b" }, { Key: "missing" }];
      const { Deleted, Errors } = await bob.send(new DeleteObjectsCommand({ ...B, Delete: { Objects } }));
      should(Deleted?.map((one) => one.Key)).eql(["b", "missing"]);
      should(Errors).match([{ Key: "open/a", Code: "AccessDenied" }]);
      server.keys(BUCKET).should.eql(["open/a"]);
      const copy = bob.send(new CopyObjectCommand({ ...B, Key: "c", CopySource: `${BUCKET}/open/a` }));
      (await failure(copy)).should.match({ code: "AccessDenied", status: 403 });
      bob.destroy();
    }));

  it("obey conditions on listings", () =>
    withPolicies(async (server, client) => {
      const ann = asking(server, ANN);
      await put(
        client,
        allow("s3:ListBucket", ARN, {
          Condition: { StringLike: { "s3:prefix": ["open/*", "home/"] }, StringEquals: { "s3:delimiter": "/" } },
        }),
      );
      should(await ann.list({ prefix: "open/x", delimiter: "/" })).equal(200);
      should(await ann.list({ prefix: "home/", delimiter: "/" })).equal(200);
      should(await ann.list({ prefix: "home/x", delimiter: "/" })).equal(DENIED);
      should(await ann.list({ prefix: "open/x" })).equal(DENIED);
      should(await ann.list({ delimiter: "/" })).equal(DENIED);
      await put(client, deny("s3:ListBucket", ARN, { Condition: { StringNotEquals: { "s3:prefix": ["a", "b"] } } }));
      const bob = asking(server, BOB);
      should([await bob.list({ prefix: "a" }), await bob.list({ prefix: "b" })]).eql([200, 200]);
      should([await bob.list({ prefix: "c" }), await bob.list()]).eql([DENIED, DENIED]);
      const IfExists = { StringNotLikeIfExists: { "s3:prefix": "a*" }, StringEqualsIfExists: { "s3:delimiter": "/" } };
      await put(client, allow("s3:ListBucket", ARN, { Condition: IfExists }));
      should([await ann.list(), await ann.list({ prefix: "ab" }), await ann.list({ delimiter: "-" })]).eql([
        200,
        DENIED,
        DENIED,
      ]);
    }));

  it("obey conditions on headers and tags", () =>
    withPolicies(async (server, client) => {
      const ann = asking(server, ANN);
      const tag = { StringEquals: { "s3:ExistingObjectTag/kind": "free" } };
      await put(client, allow("s3:GetObject", `${ARN}/*`, { Condition: tag }));
      should([await ann.get("open/a"), await ann.get("b")]).eql([200, DENIED]);
      const bob = asking(server, BOB);
      const kms = { StringNotEquals: { "s3:x-amz-server-side-encryption": "aws:kms" } };
      await put(client, deny("s3:PutObject", `${ARN}/*`, { Condition: kms }));
      should(await bob.put("c")).equal(DENIED);
      should(await bob.put("c", { "x-amz-server-side-encryption": "aws:kms" })).equal(200);
      const acl = { StringEqualsIgnoreCase: { "s3:x-amz-acl": ["Public-Read", "public-read-write"] } };
      await put(client, deny("s3:PutObject", `${ARN}/*`, { Condition: acl }));
      should([await bob.put("c"), await bob.put("c", { "x-amz-acl": "public-read" })]).eql([200, DENIED]);
    }));

  it("obey aws:SecureTransport", async () => {
    const insecure = deny("s3:*", [ARN, `${ARN}/*`], { Condition: { Bool: { "aws:SecureTransport": false } } });
    await withPolicies(async (server, client) => {
      await put(client, insecure);
      should(await asking(server, BOB).get("b")).equal(DENIED);
    });
    await withServer({ users, tls: { key, cert } }, async (server) => {
      server.put(BUCKET, "b", "x");
      const client = clientFor(server, {
        requestHandler: new NodeHttpHandler({ httpsAgent: new Agent({ rejectUnauthorized: false }) }),
      });
      await put(client, insecure);
      await client.send(new GetObjectCommand({ ...B, Key: "b" }));
      client.destroy();
    });
  });

  it("obey aws:SourceIp, aws:Referer and aws:UserAgent", () =>
    withPolicies(async (server, client) => {
      const { get } = asking(server, nobody);
      const only = (Condition: object) => put(client, allow("s3:GetObject", `${ARN}/*`, { Condition }));
      await only({ IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "127.0.0.0/8"] } });
      should(await get("b")).equal(200);
      await only({ IpAddress: { "aws:SourceIp": ["192.0.2.0/24", "2001:db8::/32"] } });
      should(await get("b")).equal(DENIED);
      await only({ NotIpAddress: { "aws:SourceIp": "127.0.0.1" } });
      should(await get("b")).equal(DENIED);
      for (const [key, header] of Object.entries({ "aws:Referer": "referer", "aws:UserAgent": "user-agent" })) {
        await only({ StringLike: { [key]: "one*" } });
        should([
          await get("b"),
          await get("b", { headers: { [header]: "other" } }),
          await get("b", { headers: { [header]: "one/2" } }),
        ]).eql([DENIED, DENIED, 200]);
      }
    }));

  it("are not public when they are for few addresses", () =>
    withPolicies(async (_, client) => {
      await client.send(
        new PutPublicAccessBlockCommand({ ...B, PublicAccessBlockConfiguration: { BlockPublicPolicy: true } }),
      );
      const only = (range: string) =>
        put(client, allow("s3:GetObject", `${ARN}/*`, { Condition: { IpAddress: { "aws:SourceIp": range } } }));
      await only("10.0.0.0/8");
      await only("2001:db8::/32");
      for (const broad of ["0.0.0.0/0", "10.0.0.0/7", "2001::/16"]) {
        (await failure(only(broad))).should.match({ code: "AccessDenied" });
      }
    }));

  it("are kept from making a bucket public by its public access block", () =>
    withPolicies(async (server, client) => {
      const block = (PublicAccessBlockConfiguration: object) =>
        client.send(new PutPublicAccessBlockCommand({ ...B, PublicAccessBlockConfiguration }));
      const { get } = asking(server, nobody);
      await put(client, allow("s3:GetObject", `${ARN}/*`));
      should(await get("b")).equal(200);
      await block({ BlockPublicPolicy: true });
      should(await get("b")).equal(200);
      (await failure(put(client, allow("s3:GetObject", `${ARN}/*`)))).should.match({
        code: "AccessDenied",
        status: 403,
      });
      await put(
        client,
        deny("s3:PutObject", `${ARN}/*`),
        allow("s3:GetObject", `${ARN}/*`, { Principal: user("ann") }),
      );
      await block({});
      await put(client, allow("s3:GetObject", `${ARN}/*`));
      await block({ RestrictPublicBuckets: true });
      should([await get("b"), await asking(server, ANN).get("b")]).eql([DENIED, 200]);
    }));

  it("are refused when they are wrong, or say what would not be obeyed", () =>
    withPolicies(async (_, client) => {
      const good = allow("s3:GetObject", `${ARN}/*`);
      const without = (name: keyof typeof good) => ({ ...good, [name]: undefined });
      const wrong: object[] = [
        without("Principal"),
        without("Action"),
        without("Resource"),
        { ...good, Effect: "allow" },
        { ...good, Extra: 1 },
        { ...good, Principal: { AWS: "ann" } },
        { ...good, Principal: {} },
        { ...without("Principal"), NotPrincipal: user("ann") },
        { ...good, NotAction: "s3:*" },
        { ...good, Action: [] },
        { ...good, Action: "sqs:SendMessage" },
        { ...good, Action: "GetObject" },
        { ...good, Resource: "arn:aws:s3:::other/*" },
        { ...good, Resource: `${BUCKET}/*` },
        // a permission on objects for the bucket, and one on the bucket for objects
        { ...good, Resource: ARN },
        { ...good, Action: "s3:ListBucket" },
        { ...good, Resource: `${ARN}/\${aws:username}/*` },
        { ...good, Condition: { IpAddress: { "aws:SourceIp": "127.0.0.1/33" } } },
        { ...good, Condition: { IpAddress: { "aws:SourceIp": "localhost" } } },
        { ...good, Condition: { IpAddress: { "s3:prefix": "127.0.0.1" } } },
        { ...good, Condition: { NumericLessThan: { "s3:max-keys": "10" } } },
        { ...good, Condition: { StringEquals: { "aws:SourceIp": "127.0.0.1" } } },
        { ...good, Condition: { StringEquals: { "s3:ExistingObjectTag/": "a" } } },
        { ...good, Condition: { Bool: { "aws:SecureTransport": "maybe" } } },
        { ...good, Condition: { StringEquals: "a" } },
      ];
      for (const one of wrong) {
        const { code, status } = await failure(put(client, one));
        should({ one, code, status }).match({ code: "MalformedPolicy", status: 400 });
      }
      for (const Policy of ["{", "[]", "{}", '{"Version":"2020-01-01","Statement":[]}', '{"Statement":[]}', '"a"']) {
        const { code } = await failure(client.send(new PutBucketPolicyCommand({ ...B, Policy })));
        should({ Policy, code }).match({ code: "MalformedPolicy" });
      }
      (await failure(put(client, { ...good, Sid: "a" }, { ...good, Sid: "a" }))).should.match({
        code: "MalformedPolicy",
      });
      (await failure(client.send(new GetBucketPolicyCommand(B)))).should.match({ code: "NoSuchBucketPolicy" });
      await put(
        client,
        good,
        { ...good, Sid: "a" },
        { ...good, Sid: "b", Action: ["s3:*", "s3:GetObject"], Resource: "*" },
      );
    }));

  it("do not touch other buckets", () =>
    withServer({ users, buckets: [BUCKET, "other"] }, async (server, client) => {
      server.put("other", "b", "x");
      await put(client, deny("*", "*"));
      const bob = clientFor(server, { credentials: { accessKeyId: BOB.accessKey, secretAccessKey: BOB.secretKey } });
      await bob.send(new PutObjectCommand({ Bucket: "other", Key: "a", Body: "x" }));
      (await bob.send(new ListObjectsV2Command({ Bucket: "other" }))).should.match({ KeyCount: 2 });
      bob.destroy();
    }));
});

describe("s3-server: wildcards", () => {
  it("match as a regular expression does", () => {
    const alphabet = ["a", "b", "/", "*", "?"];
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return Math.floor((seed / 2 ** 31) * below);
    };
    const word = (size: number, letters: number) =>
      Array.from({ length: random(size) }, () => alphabet[random(letters)]).join("");
    let matched = 0;
    for (let i = 0; i < 20_000; i++) {
      const pattern = word(7, 5);
      const text = word(7, 3);
      const expected = new RegExp(`^${pattern.replaceAll("*", ".*").replaceAll("?", ".")}$`).test(text);
      if (matchesWildcard(pattern, text) !== expected) throw new Error(`${pattern} on ${text}: not ${expected}`);
      if (expected) matched++;
    }
    matched.should.be.above(1000);
    should(matchesWildcard("a?c", "abc", "")).be.false();
    should(matchesWildcard(`${"*a".repeat(50)}b`, "a".repeat(5000))).be.false();
  });
});
