import { randomBytes } from "node:crypto";
import { utimesSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type CreateMultipartUploadCommandInput,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { crc32Base64 } from "../../src/core/checksum";
import { plainEtag } from "../../src/core/etag";
import { multipartEtag } from "../../src/core/ownership";
import { isUnproven } from "../../src/core/proof";
import { codeOf } from "../../src/core/to-error";
import { type Core, openCore } from "../support/context";
import { differs } from "../support/differs";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useScratch } from "../support/scratch-folder";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;
const size = 20 * MiB;

describe("upload with resume", () => {
  const world = useStore();
  const scratch = useScratch();
  let core: Core;
  let count = 0;
  let path: string;
  let file: string;
  let content: Buffer;
  before(() => {
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => {
    path = `spec${++count}/large.bin`;
    file = scratch.path("large.bin");
    content = Buffer.alloc(size, randomBytes(65_521));
    writeFileSync(file, content);
    utimesSync(file, 1, 1_700_000_000);
    world.s3.clear();
  });

  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const upload = (more: object = {}) => core.run("upload", { source: file, path, resume: true, ...more });
  /** Parts as a process left them that is no more. */
  const leave = async (parts: readonly Buffer[], more: Partial<CreateMultipartUploadCommandInput> = {}) => {
    const at = { Bucket: core.context.bucket, Key: path };
    const { signal } = core.context;
    const how = { ChecksumAlgorithm: core.connection.checksums ? ("CRC32" as const) : undefined, ...more };
    const { UploadId } = await core.connection.send(new CreateMultipartUploadCommand({ ...at, ...how }), signal);
    for (const [index, Body] of parts.entries()) {
      const checksum = core.connection.checksums ? { ChecksumCRC32: crc32Base64(Body) } : {};
      const input = { ...at, UploadId, PartNumber: index + 1, Body, ContentLength: Body.length, ...checksum };
      await core.connection.send(new UploadPartCommand(input), signal);
    }
    world.s3.clear();
  };
  const part = (index: number) => content.subarray(index * 8 * MiB, (index + 1) * 8 * MiB);
  /** Keys of this spec whose uploads are open. */
  const open = async () =>
    (await world.s3.uploads("bucket")).map(({ key }) => key).filter((key) => key.startsWith(`spec${count}/`));
  const isThere = async () => {
    should((await world.s3.get("bucket", path))?.body.equals(content)).be.true();
    (await open()).should.eql([]);
  };
  const numbers = () =>
    sent("UploadPart")
      .map(({ query }) => query.partNumber)
      .sort();

  it("leaves alone what another upload of the same object is sending at the moment", async () => {
    const both = await Promise.all([upload({ overwrite: true }), upload({ overwrite: true })]);
    for (const { result } of both) result.uploaded.should.equal(1);
    // One that starts when parts are there already, and does not know of the first.
    const first = upload({ overwrite: true });
    while (sent("UploadPart").length < 7) await pause(1);
    (await upload({ overwrite: true })).result.uploaded.should.equal(1);
    (await first).result.uploaded.should.equal(1);
    await isThere();
  });

  it("completes twice what is completed once, with an ETag or, on some stores, without", async () => {
    const at = { Bucket: core.context.bucket, Key: path };
    const { connection, context } = core;
    const { UploadId } = await connection.send(new CreateMultipartUploadCommand(at), context.signal);
    const { ETag } = await connection.send(
      new UploadPartCommand({ ...at, UploadId, PartNumber: 1, Body: "x", ContentLength: 1 }),
      context.signal,
    );
    const complete = new CompleteMultipartUploadCommand({
      ...at,
      UploadId,
      MultipartUpload: { Parts: [{ PartNumber: 1, ETag }] },
    });
    const etag = multipartEtag([plainEtag(ETag) ?? ""]);
    const told = async () => {
      try {
        return plainEtag((await connection.send(complete, context.signal)).ETag);
      } catch (error) {
        if (isUnproven(error)) return "untold";
        return codeOf(error);
      }
    };
    should(await told()).equal(differs("complete-without-etag-at-first") ? "untold" : etag);
    // S3 answers alike for a while; others have forgotten the upload.
    should(await told()).equalOneOf(differs("complete-again-without-etag") ? ["untold"] : [etag, "NoSuchUpload"]);
  });

  it("sends only the parts that are missing", async () => {
    await leave([part(0), part(1)], { Metadata: { mtime: "1700000000" } });
    await upload();
    numbers().should.eql(["3"]);
    sent("CreateMultipartUpload").should.eql([]);
    await isThere();
    (await world.s3.get("bucket", path))?.metadata.should.eql({ mtime: "1700000000" });
  });

  it("sends parts again that are not the file's", async () => {
    await leave([Buffer.alloc(8 * MiB, "other"), part(1), part(0)]);
    await upload();
    numbers().should.eql(["1", "3"]);
    await isThere();
  });

  it("goes on with its own key's, though one that begins alike was begun later", async () => {
    const own = path;
    await leave([part(0), part(1)]);
    path = `${own}.more`;
    await leave([part(0)]);
    path = own;
    await upload();
    numbers().should.eql(["3"]);
  });

  it("begins anew where nothing is open, or only for keys that begin alike", async () => {
    const own = path;
    path = `${own}.more`;
    await leave([part(0)]);
    path = own;
    await upload();
    numbers().should.eql(["1", "2", "3"]);
    (await open()).should.eql([`${own}.more`]);
    should((await world.s3.get("bucket", path))?.size).equal(size);
  });

  it("begins anew where the file was changed since, and without resume", async () => {
    await leave([part(0), part(1)]);
    await upload({ resume: false });
    numbers().should.eql(["1", "2", "3"]);
    world.s3.clear();
    const soon = Date.now() / 1000 + 3600;
    utimesSync(file, soon, soon);
    await upload({ overwrite: true });
    numbers().should.eql(["1", "2", "3"]);
    (await open()).should.eql([path]);
  });

  onlyEmbedded(needsFaults, () => {
    it("does not take for a crash's what another upload begins while it looks", async () => {
      world.embedded.hook({ operation: "ListMultipartUploads", delay: 100 });
      world.embedded.hook({ operation: "UploadPart", delay: 300 });
      await Promise.all([upload({ overwrite: true }), upload({ overwrite: true })]);
      sent("CreateMultipartUpload").should.have.length(2);
      numbers().should.eql(["1", "1", "2", "2", "3", "3"]);
      await isThere();
    });

    it("begins anew where the store does not tell what is open", async () => {
      await leave([part(0), part(1)]);
      world.embedded.hook({ operation: "ListMultipartUploads", error: "AccessDenied" });
      await upload();
      numbers().should.eql(["1", "2", "3"]);
      should((await world.s3.get("bucket", path))?.body.equals(content)).be.true();
    });

    it("goes on after a crash: what was sent before is not sent again", async () => {
      const other = openCore(world.s3);
      // The process is gone before it can clear up.
      world.embedded.hook({ operation: "AbortMultipartUpload", error: "AccessDenied" });
      world.embedded.hook({ operation: "UploadPart", when: ({ query }) => query.partNumber === "3", stall: true });
      const failing = other.failure("upload", { source: file, path });
      while (sent("UploadPart").filter(({ status }) => status === 200).length < 2) {
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
      await other.close();
      await failing;
      world.embedded.hooks.length = 0;
      world.s3.clear();
      await upload();
      numbers().should.eql(["3"]);
      should((await world.s3.get("bucket", path))?.body.equals(content)).be.true();
    });
  });
});
