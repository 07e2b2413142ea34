import "should";
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
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

  it("is told by a checksum of the whole where the ETag is no MD5", async () => {
    const remote = await put(Buffer.from("one"), { ChecksumAlgorithm: "CRC32" });
    const told = { ...remote, etag: "" };
    (await same(Buffer.from("one"), told)).should.be.true();
    (await same(Buffer.from("two"), told)).should.be.false();
  });
});
