import { createHash, randomBytes } from "node:crypto";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { get as httpGet } from "node:http";
import { get as httpsGet } from "node:https";
import { join } from "node:path";
import type { Program } from "../../dev/programs/install";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { cert, key } from "../s3-server/certificate";
import { check } from "../support/checks";
import { baseEnvironment, runner } from "./client";
import { large, sameBytes } from "./samples";

/** The body behind a URL, as anybody gets it. */
const fetched = (url: string): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const get = url.startsWith("https:") ? httpsGet : httpGet;
    get(url, { ca: cert }, (response) => {
      const chunks: Buffer[] = [];
      response.on("data", (chunk) => chunks.push(chunk));
      response.on("end", () => {
        if (response.statusCode === 200) resolve(Buffer.concat(chunks));
        else reject(new Error(`${response.statusCode}: ${Buffer.concat(chunks)}`));
      });
    }).once("error", reject);
  });

type Scheme = "http" | "https";

/** Two regions that differ: the first is named by leaving it out, and was there before Signature Version 4. */
const regions = { http: "us-east-1", https: "eu-central-1" };

/**
 * The AWS CLI against the embedded server, told nothing but where it is, its keys and its region in the environment, and
 * over https the certificate.
 */
export const checkDefaults = async (program: Program, scheme: Scheme, home: string): Promise<void> => {
  const server = await startS3Server({ region: regions[scheme], ...(scheme === "https" && { tls: { key, cert } }) });
  try {
    await checkCommands(program, server, mkdtempSync(join(home, "defaults-")));
    await check("the server saw the defaults: a checksum with every write, and its validation with every read", () => {
      const of = (operation: string) => server.requests.filter((one) => one.operation === operation);
      const writes = [...of("PutObject"), ...of("UploadPart")];
      writes.length.should.be.above(8);
      for (const { headers, number } of writes) {
        const named = Object.keys(headers).filter((name) => /^x-amz-(checksum-|trailer)/.test(name));
        if (named.length === 0) throw new Error(`request ${number} came without a checksum`);
      }
      of("GetObject").length.should.be.above(4);
      const plain = of("GetObject").filter(({ headers }) => headers.authorization !== undefined);
      for (const { headers } of plain) String(headers["x-amz-checksum-mode"]).should.equal("ENABLED");
      writes.some(({ headers }) => headers.expect === "100-continue").should.be.true();
      const chunked = writes.filter(({ headers }) => headers["content-encoding"] === "aws-chunked").length;
      // botocore sends trailers over https only
      chunked.should.be[scheme === "https" ? "above" : "equal"](0);
      server.requests
        .filter(({ status, headers }) => status >= 400 && headers.authorization !== undefined)
        .map(({ operation, error }) => `${operation} ${error}`)
        .should.deepEqual([]);
    });
  } finally {
    await server.close();
  }
};

const checkCommands = async (program: Program, server: S3Server, home: string): Promise<void> => {
  const trusted = join(home, "cert.pem");
  writeFileSync(trusted, cert);
  const env = {
    ...baseEnvironment({ home }),
    AWS_ACCESS_KEY_ID: server.accessKey,
    AWS_SECRET_ACCESS_KEY: server.secretKey,
    AWS_DEFAULT_REGION: server.region,
    AWS_ENDPOINT_URL: server.endpoint,
    ...(server.endpoint.startsWith("https:") && { AWS_CA_BUNDLE: trusted }),
  };
  const { run } = runner([program.path], env, home);
  const s3 = async (...args: string[]) => (await run(["s3", ...args])).toString();
  const api = async (...args: string[]) => {
    const printed = (await run(["s3api", ...args])).toString().trim();
    return printed === "" ? {} : JSON.parse(printed);
  };
  const [bucket, other] = ["with-defaults", "with-defaults-too"];
  const stored = (name: string) => server.get(bucket, name)?.body ?? Buffer.from("nothing is there");
  const file = (name: string, bytes: Buffer): string => {
    writeFileSync(join(home, name), bytes);
    return join(home, name);
  };
  const small = randomBytes(1000);
  const [smallFile, largeFile] = [file("small.bin", small), file("large.bin", large)];

  await check("aws s3 mb, cp up and down, in one piece and in parts", async () => {
    await s3("mb", `s3://${bucket}`);
    await s3("cp", smallFile, `s3://${bucket}/cp/small.bin`);
    sameBytes(stored("cp/small.bin"), small);
    await s3("cp", largeFile, `s3://${bucket}/cp/large.bin`);
    sameBytes(stored("cp/large.bin"), large);
    (server.get(bucket, "cp/large.bin")?.etag ?? "").should.match(/-3$/);
    await s3("cp", `s3://${bucket}/cp/large.bin`, join(home, "down.bin"));
    sameBytes(readFileSync(join(home, "down.bin")), large);
    await run(["s3", "cp", "-", `s3://${bucket}/cp/stdin.bin`], large);
    sameBytes(stored("cp/stdin.bin"), large);
    sameBytes(await run(["s3", "cp", `s3://${bucket}/cp/small.bin`, "-"]), small);
  });
  await check("aws s3 ls", async () => {
    (await s3("ls")).should.match(new RegExp(` ${bucket}\\n`));
    const listed = await s3("ls", "--recursive", `s3://${bucket}`);
    listed.should.match(/ 1000 cp\/small\.bin\n/);
    listed.should.match(new RegExp(` ${large.length} cp/large\\.bin\n`));
  });
  await check("aws s3 sync up and down", async () => {
    const [up, down] = [join(home, "up"), join(home, "down")];
    for (const folder of [up, down]) mkdirSync(folder);
    for (const name of ["a b.txt", "+%.txt", "日本.txt"]) writeFileSync(join(up, name), name);
    await s3("sync", up, `s3://${bucket}/sync`);
    server.keys(bucket, "sync/").should.have.length(3);
    await s3("sync", `s3://${bucket}/sync`, down);
    readdirSync(down).sort().should.deepEqual(readdirSync(up).sort());
    for (const name of readdirSync(up)) readFileSync(join(down, name), "utf8").should.equal(name);
  });
  await check("aws s3 mv, and cp within the server", async () => {
    await s3("mv", `s3://${bucket}/cp/small.bin`, `s3://${bucket}/cp/moved.bin`);
    await s3("cp", `s3://${bucket}/cp/large.bin`, `s3://${bucket}/cp/copy.bin`);
    sameBytes(stored("cp/moved.bin"), small);
    sameBytes(stored("cp/copy.bin"), large);
    server.keys(bucket, "cp/small").should.be.empty();
  });
  // Version 1 presigns with Signature Version 2 in regions that once had it, and S3 "will only accept API requests that are
  // signed using Signature Version 4" (API/Appendix-Sigv2).
  const old = server.region === "us-east-1" && program.version.startsWith("1.");
  await check(`${old ? "limit: in us-east-1, version 1 presigns as S3 refuses it: " : ""}aws s3 presign`, async () => {
    const url = (await s3("presign", `s3://${bucket}/cp/moved.bin`)).trim();
    if (old) await fetched(url).should.be.rejectedWith(/Please use AWS4-HMAC-SHA256/);
    else sameBytes(await fetched(url), small);
  });
  await check("aws s3 rm and rb", async () => {
    await s3("rm", "--recursive", `s3://${bucket}/sync`);
    server.keys(bucket, "sync/").should.be.empty();
    await s3("rb", "--force", `s3://${bucket}`);
    (await api("list-buckets")).Buckets.should.be.empty();
  });

  await check("aws s3api, of buckets", async () => {
    const of = ["--bucket", other];
    const place = ["--create-bucket-configuration", `LocationConstraint=${server.region}`];
    await api("create-bucket", ...of, ...(server.region === "us-east-1" ? [] : place));
    await api("head-bucket", ...of);
    (await api("list-buckets")).Buckets.should.have.length(1);
    await api("put-bucket-versioning", ...of, "--versioning-configuration", "Status=Enabled");
    (await api("get-bucket-versioning", ...of)).Status.should.equal("Enabled");
  });
  await check("aws s3api, of objects", async () => {
    const of = ["--bucket", other, "--key", "an object"];
    const put = await api("put-object", ...of, "--body", smallFile, "--metadata", "a=b");
    put.ETag.should.equal(`"${createHash("md5").update(small).digest("hex")}"`);
    const head = await api("head-object", ...of);
    head.should.containDeep({ ContentLength: 1000, Metadata: { a: "b" }, VersionId: put.VersionId });
    await api("get-object", ...of, join(home, "got.bin"));
    sameBytes(readFileSync(join(home, "got.bin")), small);
    await api("copy-object", "--bucket", other, "--key", "a copy", "--copy-source", `${other}/an object`);
    await api("put-object-tagging", ...of, "--tagging", "TagSet=[{Key=a,Value=b}]");
    (await api("get-object-tagging", ...of)).TagSet.should.deepEqual([{ Key: "a", Value: "b" }]);
    const attributes = await api("get-object-attributes", ...of, "--object-attributes", "ObjectSize", "Checksum");
    attributes.ObjectSize.should.equal(1000);
    Object.keys(attributes.Checksum).should.not.be.empty();
    const { Contents } = await api("list-objects-v2", "--bucket", other);
    Contents.map(({ Key }: { Key: string }) => Key).should.deepEqual(["a copy", "an object"]);
    const { Versions } = await api("list-object-versions", "--bucket", other);
    const Objects = Versions.map(({ Key, VersionId }: { Key: string; VersionId: string }) => ({ Key, VersionId }));
    const { Deleted } = await api("delete-objects", "--bucket", other, "--delete", JSON.stringify({ Objects }));
    Deleted.should.have.length(2);
    await api("delete-bucket", "--bucket", other);
  });
};
