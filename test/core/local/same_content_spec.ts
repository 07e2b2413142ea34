import "should";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { plainEtag } from "../../../src/core/etag";
import { sameContent } from "../../../src/core/local/same-content";
import { md5, multipartEtag } from "../../../src/core/ownership";
import { type Core, openCore } from "../../support/context";
import { must } from "../../support/must";
import { useStore } from "../../support/world";

const MiB = 1024 * 1024;

describe("whether a file and an object have the same content", () => {
  const world = useStore();
  let core: Core;
  let folder: string;
  before(() => {
    core = openCore(world.s3);
    folder = mkdtempSync(join(tmpdir(), "s3-same-"));
  });
  after(async () => {
    rmSync(folder, { recursive: true });
    await core.close();
  });

  const local = (content: Buffer) => {
    const file = join(folder, "file");
    writeFileSync(file, content);
    const { mtimeNs } = statSync(file, { bigint: true });
    return { file, size: content.length, modified: mtimeNs };
  };
  const put = async (content: Buffer, more: object = {}) => {
    const input = { Bucket: core.context.bucket, Key: "key", Body: content, ...more };
    const told = await core.connection.send(new PutObjectCommand(input), core.context.signal);
    return { key: "key", size: content.length, etag: plainEtag(told.ETag) ?? "" };
  };
  const same = (content: Buffer, remote: { key: string; size: number; etag: string }) =>
    sameContent(core.context, local(content), remote);

  it("is told by size and MD5", async () => {
    const remote = await put(Buffer.from("one"));
    (await same(Buffer.from("one"), remote)).should.be.true();
    (await same(Buffer.from("two"), remote)).should.be.false();
    (await same(Buffer.from("longer"), remote)).should.be.false();
  });

  it("is told by the ETag of parts", async () => {
    const content = Buffer.alloc(20 * MiB, "x");
    content.write("the end", content.length - 7);
    await core.run("write", { path: "key", data: content, overwrite: true });
    const { etag } = must(await world.s3.get("bucket", "key"));
    etag.should.match(/-3$/);
    const remote = { key: "key", size: content.length, etag };
    (await same(content, remote)).should.be.true();
    // Another plan than ours: parts of 5 MiB.
    const cut = [0, 1, 2, 3].map((index) => md5(content.subarray(index * 5 * MiB, (index + 1) * 5 * MiB)));
    (await same(content, { ...remote, etag: multipartEtag(cut) })).should.be.true();
    content.write("THE", content.length - 7);
    (await same(content, remote)).should.be.false();
  });

  it("is told by the ETag of parts, not by the time, also where they are ours", async () => {
    const content = Buffer.alloc(20 * MiB, "x");
    const metadata = { mtime: "1700000000.5" };
    await core.run("write", { path: "key", data: content, overwrite: true, metadata });
    const { etag } = must(await world.s3.get("bucket", "key"));
    const remote = { key: "key", size: content.length, etag };
    const asked = (bytes: Buffer) =>
      sameContent(core.context, { ...local(bytes), modified: 1700000000500000000n }, remote);
    (await asked(content)).should.be.true();
    content.write("the end", content.length - 7);
    (await asked(content)).should.be.false();
  });

  it("is told by a checksum of the whole where the ETag is no MD5", async () => {
    const remote = await put(Buffer.from("one"), { ChecksumAlgorithm: "CRC32" });
    const told = { ...remote, etag: "" };
    (await same(Buffer.from("one"), told)).should.be.true();
    (await same(Buffer.from("two"), told)).should.be.false();
  });

  it("is told by the ETag of parts as long as the first, where their size is not usual", async () => {
    const content = Buffer.alloc(14 * MiB, "x");
    const [size, Key] = [6 * MiB, "odd parts"];
    const of = { Bucket: core.context.bucket, Key };
    const { connection, context } = core;
    const { UploadId } = await connection.send(new CreateMultipartUploadCommand(of), context.signal);
    const Parts: { ETag: string | undefined; PartNumber: number }[] = [];
    for (const PartNumber of [1, 2, 3]) {
      const Body = content.subarray((PartNumber - 1) * size, PartNumber * size);
      const { ETag } = await connection.send(
        new UploadPartCommand({ ...of, UploadId, PartNumber, Body }),
        context.signal,
      );
      Parts.push({ ETag, PartNumber });
    }
    const complete = new CompleteMultipartUploadCommand({ ...of, UploadId, MultipartUpload: { Parts } });
    const etag = must(plainEtag((await connection.send(complete, context.signal)).ETag));
    etag.should.match(/-3$/);
    const remote = { key: Key, size: content.length, etag };
    (await same(content, remote)).should.be.true();
    content.write("THE END", content.length - 7);
    (await same(content, remote)).should.be.false();
  });

  describe("where the ETag is one of parts that nobody knows", () => {
    const [content, changed] = [Buffer.from("one"), Buffer.from("two")];
    /** A store that tells no MD5: as of an object in parts. */
    const inParts = async (metadata: Record<string, string>) => {
      await put(content, { Metadata: metadata });
      const etag = "0123456789abcdef0123456789abcdef-3";
      const { send } = core.connection;
      const telling: typeof send = async (command, signal, attempts) =>
        Object.assign(await send(command, signal, attempts), { ETag: `"${etag}"` });
      const context = { ...core.context, connection: { ...core.connection, send: telling } };
      return (bytes: Buffer, modified?: bigint) =>
        sameContent(
          context,
          { ...local(bytes), ...(modified === undefined ? {} : { modified }) },
          {
            key: "key",
            size: content.length,
            etag,
          },
        );
    };

    it("is told by the MD5 that rclone keeps", async () => {
      const told = await inParts({ md5chksum: Buffer.from(md5(content), "hex").toString("base64"), mtime: "1" });
      (await told(content)).should.be.true();
      (await told(changed, 1_000_000_000n)).should.be.false();
    });

    it("is told by the MD5 that s3cmd keeps", async () => {
      const told = await inParts({ "s3cmd-attrs": `atime:9/gid:0/md5:${md5(content)}/mode:33188/mtime:1/uid:0` });
      (await told(content)).should.be.true();
      (await told(changed, 1_000_000_000n)).should.be.false();
    });

    it("is told by the time, as far as both know it", async () => {
      const exact = await inParts({ mtime: "1700000000.123456789" });
      (await exact(content, 1700000000123456789n)).should.be.true();
      // as download can set it
      (await exact(content, 1700000000123456000n)).should.be.true();
      (await exact(content, 1700000000123000000n)).should.be.false();
      const seconds = await inParts({ "s3cmd-attrs": "mtime:1700000000/uid:0" });
      (await seconds(content, 1700000000123456789n)).should.be.true();
      (await seconds(content, 1700000001123456789n)).should.be.false();
    });

    it("is unknown where the metadata tell nothing, or no MD5", async () => {
      for (const metadata of [{}, { md5chksum: "none" }, { "s3cmd-attrs": "md5:none" }]) {
        const told = await inParts(metadata as Record<string, string>);
        (await told(content)).should.be.false();
      }
    });
  });
});
