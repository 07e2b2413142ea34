import { randomBytes } from "node:crypto";
import { chmod, readdir, rename, stat, writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import should from "should";
import type { HookAction } from "../../dev/s3-server";
import { newPartName, releasePartName } from "../../src/core/local/part-name";
import { type Core, openCore } from "../support/context";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useScratch } from "../support/scratch-folder";
import { useFreshServer } from "../support/server";

const MiB = 1024 * 1024;

onlyEmbedded(needsFaults, () => {
  describe("download in a bad network", () => {
    const world = useFreshServer();
    const disk = useScratch();
    let core: Core;
    let content: Buffer;
    beforeEach(() => {
      core = openCore(world.s3, { workingDirectory: disk.root });
      content = randomBytes(MiB);
    });
    afterEach(() => core.close());
    const gets = () => world.s3.requests.filter(({ operation }) => operation === "GetObject");
    /** What was on the disk under each name must be there, and nothing else. */
    const onDisk = async (files: Readonly<Record<string, Buffer | string>>): Promise<void> => {
      const tree = await disk.tree();
      Object.keys(tree).should.eql(Object.keys(files).sort());
      for (const [path, bytes] of Object.entries(files))
        Buffer.from(tree[path] ?? "", "latin1")
          .equals(Buffer.from(bytes))
          .should.be.true(path);
    };
    const changed = (body: Buffer): Buffer => {
      const wrong = Buffer.from(body);
      wrong[wrong.length >> 1] = (wrong[wrong.length >> 1] ?? 0) ^ 1;
      return wrong;
    };

    const passing: Record<string, HookAction> = {
      "cut after some bytes": { cut: 300_000 },
      "cut before the first byte": { cut: 0 },
      "503 SlowDown": { error: "SlowDown" },
      "500 InternalError": { error: "InternalError" },
      "a reset": { reset: true },
      "a changed byte": { body: changed },
    };
    for (const [label, action] of Object.entries(passing)) {
      it(`${label}, once: the file has the object's bytes`, async () => {
        world.s3.put("bucket", "a", content);
        world.s3.hook({ operation: "GetObject", times: 1, ...action });
        await core.run("download", { path: "a", target: "a" });
        await onDisk({ a: content });
      });

      it(`${label}, always: an error, no file, and what was there stays`, async () => {
        world.s3.put("bucket", "in/a", content);
        world.s3.put("bucket", "in/b", "good");
        world.s3.hook({ operation: "GetObject", key: "in/a", ...action, ...(action.cut ? { cut: 20_000 } : {}) });
        (await core.failure("download", { path: "in/a", target: "sub" })).code.should.not.equal("PartialFailure");
        await onDisk({});
        await disk.fill({ a: "old" });
        const error = await core.failure("download", { path: "in/", target: ".", overwrite: true });
        error.code.should.equal("PartialFailure");
        error.result.should.containEql({ downloaded: 1, bytes: 4 });
        await onDisk({ a: "old", b: "good" });
      });
    }

    it("a changed byte is found by the checksum where the ETag is no MD5", async () => {
      world.s3.put("bucket", "a", content, { checksum: "SHA256" });
      world.s3.hook({ operation: "GetObject", body: changed, headers: { etag: '"no-md5"' } });
      const checking = openCore(world.s3, { workingDirectory: disk.root, checksums: "always" });
      const error = await checking.failure("download", { path: "a", target: "a" });
      await checking.close();
      error.message.should.match(/SHA256 differs/);
      await onDisk({});
    });

    it("an ETag that only looks like an MD5, under a key of KMS, is no check", async () => {
      world.s3.put("bucket", "a", content);
      const headers = { "x-amz-server-side-encryption": "aws:kms", etag: `"${"0".repeat(32)}"` };
      world.s3.hook({ operation: "GetObject", headers });
      await core.run("download", { path: "a", target: "a" });
      await onDisk({ a: content });
    });

    it("who may not read the file that is replaced may not read the temporary one either", async function () {
      if (process.platform === "win32") this.skip();
      await disk.fill({ private: "old" });
      await chmod(disk.path("private"), 0o600);
      world.s3.put("bucket", "private", content);
      world.s3.hook({ operation: "GetObject", times: 1, stallAfter: 1000 });
      const run = core.failure("download", { path: "private", target: "private", overwrite: true });
      const part = async () => (await readdir(disk.root)).find((name) => name.endsWith(".part"));
      while (!(await part())) await pause(5);
      ((await stat(disk.path((await part()) as string))).mode & 0o777).should.equal(0o600);
      await core.close();
      (await run).code.should.equal("Aborted");
      await onDisk({ private: "old" });
    });

    it("fewer bytes than announced are an error", async () => {
      world.s3.put("bucket", "a", "0123456789");
      world.s3.hook({ operation: "GetObject", headers: { "content-length": "20" }, cut: 10 });
      await core.failure("download", { path: "a", target: "a" });
      await onDisk({});
    });

    it("an object that is replaced meanwhile is not mixed with the new one", async () => {
      const other = randomBytes(MiB);
      world.s3.put("bucket", "a", content);
      world.s3.hook({ operation: "GetObject", times: 1, cut: 300_000 });
      world.s3.hook(({ operation, headers }) => {
        if (operation === "GetObject" && headers.range) world.s3.put("bucket", "a", other);
        return undefined;
      });
      (await core.failure("download", { path: "a", target: "a" })).code.should.equal("PreconditionFailed");
      await onDisk({});
    });

    for (const path of ["in/a", "in/"]) {
      it(`a close leaves no partial file: ${path}`, async () => {
        const large = Buffer.concat([content, content, content]);
        world.s3.put("bucket", "in/a", large);
        world.s3.put("bucket", "in/b", large);
        // A file is written in blocks.
        world.s3.hook({ operation: "GetObject", stallAfter: 2_500_000 });
        const failed = core.failure("download", { path, target: "to/" });
        const partial = async () => Object.entries(await disk.tree()).filter(([, text]) => text.length > 100_000);
        let names: string[] = [];
        while (names.length === 0) {
          await pause(5);
          names = (await partial().catch(() => [])).map(([name]) => name);
        }
        // Until it is whole, nothing has the name of the file.
        for (const name of names) name.should.match(/^to\/\.s3-.*\.part$/);
        await core.close();
        (await failed).code.should.equal("Aborted");
        (await disk.tree()).should.eql({ "to/": "" });
      });
    }

    it("a disk that is full ends all of it, and leaves no partial file", async () => {
      const { open } = await import("node:fs/promises");
      const probe = await open(disk.path("probe"), "w");
      const prototype = Object.getPrototypeOf(probe);
      await probe.close();
      const { writev } = prototype;
      prototype.writev = () =>
        Promise.reject(Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC", syscall: "write" }));
      try {
        for (let n = 0; n < 40; n++) world.s3.put("bucket", `in/${n}`, content);
        const error = await core.failure("download", { path: "in/", target: "to" });
        error.code.should.equal("DiskFull");
        error.result.downloaded.should.equal(0);
        gets().length.should.be.below(40);
      } finally {
        prototype.writev = writev;
      }
      Object.keys(await disk.tree()).should.eql(["probe", "to/"]);
    });

    describe("after a crash", () => {
      /** Leaves a temporary file as a process would that is gone. */
      const leave = async (bytes: Buffer | string, etag: string, name = "a", size = content.length): Promise<void> => {
        const part = newPartName({ name, etag, size });
        releasePartName(part);
        await writeFile(disk.path(part), bytes);
      };
      const etagOf = (data: Buffer, options = {}) =>
        world.s3.put("bucket", "a", data, options).etag.replaceAll('"', "");

      it("goes on where it stopped, and proves the whole", async () => {
        await leave(content.subarray(0, 700_000), etagOf(content));
        await core.run("download", { path: "a", target: "a" });
        await onDisk({ a: content });
        gets()
          .map(({ headers }) => headers.range)
          .should.eql([`bytes=700000-${MiB - 1}`]);
        should(gets()[0]?.headers["if-match"]).match(/^"[0-9a-f]{32}"$/);
      });

      it("goes on by the checksum where the ETag is no MD5, and in a folder", async () => {
        const etag = etagOf(content, { checksum: "CRC32" });
        const hide = { operation: /^(HeadObject|GetObject)$/, headers: { "x-amz-server-side-encryption": "aws:kms" } };
        world.s3.hook(hide);
        await leave(content.subarray(0, 5), etag);
        await core.run("download", { path: "/", target: "." });
        await onDisk({ a: content });
        gets()
          .map(({ headers }) => headers.range)
          .should.eql([`bytes=5-${MiB - 1}`]);
      });

      it("goes on with an object in parts", async () => {
        const large = randomBytes(17 * MiB);
        const { result } = await core.run("write", { path: "large", data: large });
        result.etag.should.match(/-\d$/);
        world.s3.hook({ operation: "HeadObject", headers: { "x-amz-checksum-crc64nvme": undefined } });
        await leave(large.subarray(0, 10 * MiB), result.etag, "large", large.length);
        await core.run("download", { path: "large", target: "large" });
        await onDisk({ large });
        gets()
          .map(({ headers }) => headers.range)
          .should.eql([`bytes=${10 * MiB}-${17 * MiB - 1}`]);
      });

      it("asks for nothing where all of it is there", async () => {
        await leave(content, etagOf(content));
        await core.run("download", { path: "a", target: "a" });
        await onDisk({ a: content });
        gets().should.be.empty();
      });

      for (const [label, bytes] of [
        ["with wrong bytes", () => changed(content).subarray(0, 900_000)],
        ["with more bytes than the object", () => Buffer.concat([content, content])],
        ["that is empty", () => Buffer.alloc(0)],
      ] as const) {
        it(`begins anew after a file ${label}`, async () => {
          await leave(bytes(), etagOf(content));
          await core.run("download", { path: "a", target: "a" });
          await onDisk({ a: content });
        });
      }

      it("begins anew where the store changes bytes of the rest, once", async () => {
        await leave(content.subarray(0, 700_000), etagOf(content));
        world.s3.hook({ operation: "GetObject", times: 1, body: changed });
        await core.run("download", { path: "a", target: "a" });
        await onDisk({ a: content });
      });

      it("begins anew for another version, and takes away what was left of the old one", async () => {
        await leave(content.subarray(0, 700_000), etagOf(content));
        const other = randomBytes(MiB);
        etagOf(other);
        await core.run("download", { path: "a", target: "a" });
        await onDisk({ a: other });
        gets()
          .map(({ headers }) => headers.range)
          .should.eql([undefined]);
      });

      it("leaves what belongs to other files, and what a living process writes", async () => {
        const etag = etagOf(content);
        const other = newPartName({ name: "b", etag, size: content.length });
        const living = newPartName({ name: "a", etag, size: content.length });
        await disk.fill({ [other]: "b's", [living]: "mine" });
        await core.run("download", { path: "a", target: "a" });
        await onDisk({ a: content, [other]: "b's", [living]: "mine" });
      });

      it("does not write through a link of such a name", async () => {
        await disk.fill({ victim: "keep" });
        const parts = async () => Object.keys(await disk.tree()).filter((name) => name.endsWith(".part"));
        const part = newPartName({ name: "a", etag: etagOf(content), size: content.length });
        releasePartName(part);
        const { link, symlink } = await import("node:fs/promises");
        await symlink(disk.path("victim"), disk.path(part));
        await core.run("download", { path: "a", target: "a" });
        should((await disk.tree()).victim).equal("keep");
        // Nor into a file that has another name too.
        await rename(disk.path("a"), disk.path("was"));
        const second = newPartName({ name: "a", etag: etagOf(content), size: content.length });
        releasePartName(second);
        await link(disk.path("victim"), disk.path(second));
        await core.run("download", { path: "a", target: "a" });
        should((await disk.tree()).victim).equal("keep");
        // The link is nothing that this node made, and stays.
        (await parts()).should.eql([part]);
      });
    });

    it("of 16 writers of one file exactly one wins, the others leave it and nothing else", async () => {
      for (const n of Array.from({ length: 16 }, (_, index) => index)) world.s3.put("bucket", `w/${n}`, `writer ${n}`);
      for (let round = 0; round < 10; round++) {
        const target = `same${round}`;
        const outcomes = await Promise.all(
          Array.from({ length: 16 }, (_, n) =>
            core.run("download", { path: `w/${n}`, target }).then(
              () => n,
              ({ code }) => code as string,
            ),
          ),
        );
        const winners = outcomes.filter((one) => typeof one === "number");
        winners.should.have.length(1);
        outcomes.filter((one) => one === "FileExists").should.have.length(15);
        const tree = await disk.tree();
        Object.keys(tree).should.have.length(round + 1);
        should(tree[target]).equal(`writer ${winners[0]}`);
      }
    });

    it("with rename each of 16 writers gets a file of its own", async () => {
      for (const n of Array.from({ length: 16 }, (_, index) => index)) world.s3.put("bucket", `w/${n}`, `writer ${n}`);
      const results = await Promise.all(
        Array.from({ length: 16 }, (_, n) =>
          core.run("download", { path: `w/${n}`, target: "a.b", onConflict: "rename" }),
        ),
      );
      const tree = await disk.tree();
      Object.keys(tree).should.have.length(16);
      for (const [n, { result }] of results.entries())
        should(tree[result.target.slice(disk.root.length + 1)]).equal(`writer ${n}`);
    });

    it("with overwrite the file is always a whole one", async () => {
      const bodies = ["a", "b", "c"].map((letter) => Buffer.alloc(MiB, letter));
      for (const [n, body] of bodies.entries()) world.s3.put("bucket", `w/${n}`, body);
      await Promise.all(
        Array.from({ length: 12 }, (_, n) =>
          core.run("download", { path: `w/${n % 3}`, target: "a", overwrite: true }),
        ),
      );
      const { a, ...rest } = await disk.tree();
      rest.should.eql({});
      bodies.some((body) => body.equals(Buffer.from(a ?? "", "latin1"))).should.be.true();
    });
  });
});
