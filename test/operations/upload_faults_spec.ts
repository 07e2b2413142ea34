import { appendFileSync, chmodSync, truncateSync, utimesSync, writeFileSync } from "node:fs";
import { setTimeout as pause } from "node:timers/promises";
import should from "should";
import type { RequestInfo } from "../../dev/s3-server/hooks";
import { deploy } from "../support/bench";
import { type Core, openCore } from "../support/context";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useScratch } from "../support/scratch-folder";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

describe("upload when things go wrong", () => {
  const world = useStore({ embedded: { discardBodiesOver: MiB } });
  const scratch = useScratch();
  let core: Core;
  let count = 0;
  /** A prefix of each spec's own. */
  let to: string;
  before(() => {
    core = openCore(world.s3);
  });
  after(() => core.close());
  beforeEach(() => {
    to = `spec${++count}/`;
    world.s3.clear();
  });

  const keys = async () => (await world.s3.keys("bucket", to)).map((key) => key.slice(to.length));
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const sparse = (name: string, size: number): string => {
    const file = scratch.path(name);
    writeFileSync(file, "");
    truncateSync(file, size);
    return file;
  };
  /** Does something while the first part is on its way. */
  const during = (operation: string, act: () => void) => {
    let done = false;
    world.embedded.hook({
      operation,
      when: () => {
        if (!done) act();
        done = true;
        return false;
      },
    });
  };
  const until = async (what: () => boolean) => {
    while (!what()) await pause(5);
  };

  onlyEmbedded(needsFaults, () => {
    const changes: [string, (file: string) => void][] = [
      ["grows", (file) => appendFileSync(file, "more")],
      ["shrinks", (file) => truncateSync(file, 30 * MiB)],
      [
        "grows, and has its time put back",
        (file) => {
          appendFileSync(file, "more");
          utimesSync(file, 1, 1_000_000_000);
        },
      ],
      ["is written to", (file) => utimesSync(file, 1, 1)],
    ];
    for (const [what, change] of changes)
      it(`makes no object of a file that ${what} meanwhile`, async () => {
        const file = sparse("large", 60 * MiB);
        utimesSync(file, 1, 1_000_000_000);
        during("UploadPart", () => change(file));
        const error = await core.failure("upload", { source: file, path: to });
        error.code.should.equal("FileChanged");
        error.message.should.match(/large: the file changed/);
        should(error.retryable).be.true();
        (await keys()).should.eql([]);
        (await world.s3.uploads("bucket")).should.eql([]);
      });

    it("makes no object of a small file that is written to between the look and the sending", async () => {
      await world.s3.put("bucket", `${to}small`, "old");
      await scratch.fill({ small: "new" });
      during("HeadObject", () => appendFileSync(scratch.path("small"), "er"));
      const values = { source: scratch.path("small"), path: to, onConflict: "different" };
      (await core.failure("upload", values)).code.should.equal("FileChanged");
      should((await world.s3.get("bucket", `${to}small`))?.body.toString()).equal("old");
    });

    it("keeps the object that such a file would have replaced", async () => {
      await world.s3.put("bucket", `${to}large`, "old");
      const file = sparse("large", 60 * MiB);
      during("UploadPart", () => appendFileSync(file, "more"));
      (await core.failure("upload", { source: file, path: to, overwrite: true })).code.should.equal("FileChanged");
      should((await world.s3.get("bucket", `${to}large`))?.body.toString()).equal("old");
    });

    it("leaves no open upload when it is aborted, nor when a part fails", async () => {
      const file = sparse("large", 60 * MiB);
      const other = openCore(world.s3);
      world.embedded.hook({ operation: "UploadPart", skip: 2, stall: true });
      const failing = other.failure("upload", { source: file, path: to });
      await until(() => sent("UploadPart").length > 2);
      (await world.s3.uploads("bucket")).should.have.length(1);
      await other.close();
      (await failing).code.should.equal("Aborted");
      (await world.s3.uploads("bucket")).should.eql([]);
      world.embedded.hooks.length = 0;
      world.embedded.hook({ operation: "UploadPart", skip: 2, error: "AccessDenied" });
      (await core.failure("upload", { source: file, path: to })).code.should.equal("AccessDenied");
      (await world.s3.uploads("bucket")).should.eql([]);
      (await keys()).should.eql([]);
    });

    it("begins no further file when it is aborted", async () => {
      await scratch.fill(Object.fromEntries(Array.from({ length: 50 }, (_, n) => [`file${n}`, "x"])));
      const other = openCore(world.s3);
      world.embedded.hook({ operation: "PutObject", skip: 5, stall: true });
      const failing = other.failure("upload", { source: scratch.root, path: to });
      await until(() => sent("PutObject").length === 21);
      await other.close();
      (await failing).code.should.equal("Aborted");
      sent("PutObject").length.should.equal(21);
    });

    it("holds a few parts of a file in memory, whatever its size, and of one such file at a time", async function () {
      this.timeout(120_000);
      sparse("one", 256 * MiB);
      sparse("two", 256 * MiB);
      let peak = 0;
      let open = 0;
      world.embedded.hook({
        operation: "UploadPart",
        when: () => {
          global.gc?.();
          peak = Math.max(peak, process.memoryUsage().arrayBuffers);
          open = Math.max(open, world.embedded.uploads(world.bucket).length);
          return false;
        },
      });
      global.gc?.();
      const before = process.memoryUsage().arrayBuffers;
      const { result } = await core.run("upload", { source: scratch.root, path: to });
      result.bytes.should.equal(512 * MiB);
      open.should.equal(1);
      // Four parts on their way, what is read ahead, and what the server has of them.
      (peak - before).should.be.below(160 * MiB);
    });

    it("has sixteen files on their way at a time, or fewer where the connection allows no more", async () => {
      await scratch.fill(Object.fromEntries(Array.from({ length: 20 }, (_, n) => [`file${n}`, "x"])));
      for (const [concurrency, expected] of [
        [64, 16],
        [2, 2],
      ] as const) {
        const other = openCore(world.s3, { concurrency });
        let now = 0;
        let most = 0;
        world.embedded.hooks.length = 0;
        world.embedded.hook((request: RequestInfo) => {
          if (request.operation !== "PutObject") return undefined;
          most = Math.max(most, ++now);
          setTimeout(() => now--, 20);
          return { delay: 20 };
        });
        await other.run("upload", { source: scratch.root, path: to, overwrite: true }).finally(() => other.close());
        most.should.equal(expected);
      }
    });

    it("has fewer files on their way where they are large", async () => {
      for (let n = 0; n < 8; n++) sparse(`large${n}`, 15 * MiB);
      let now = 0;
      let most = 0;
      world.embedded.hook((request: RequestInfo) => {
        if (request.operation !== "PutObject") return undefined;
        most = Math.max(most, ++now);
        // So long that a busy machine comes to the others meanwhile.
        setTimeout(() => now--, 1500);
        return { delay: 1500 };
      });
      (await core.run("upload", { source: scratch.root, path: to })).result.uploaded.should.equal(8);
      most.should.equal(4);
    });

    it("tries a part again that failed in passing", async () => {
      world.embedded.hook({ operation: "UploadPart", times: 2, error: "InternalError" });
      (await core.run("upload", { source: sparse("large", 20 * MiB), path: to })).result.uploaded.should.equal(1);
      (await world.s3.get("bucket", `${to}large`))?.size.should.equal(20 * MiB);
    });
  });

  it("names the file that Node-RED may not read", async () => {
    await scratch.fill({ "in/a": "a", "in/secret/b": "b", "in/c": "c" });
    chmodSync(scratch.root, 0o755);
    chmodSync(scratch.path("in/secret"), 0);
    chmodSync(scratch.path("in/c"), 0);
    // To root, nothing is forbidden: for a moment, this process is somebody else.
    const isRoot = process.geteuid?.() === 0;
    if (isRoot) process.seteuid?.(65_534);
    try {
      const error = await core.failure("upload", { source: scratch.path("in"), path: to });
      const failed: { code: string; path: string }[] = error.result.failed;
      failed
        .map(({ code, path }) => `${path} ${code}`)
        .sort()
        .should.eql([`${to}c FileRefused`, `${to}secret/ FileRefused`]);
      (await keys()).should.eql(["a"]);
    } finally {
      if (isRoot) process.seteuid?.(0);
      chmodSync(scratch.path("in/secret"), 0o700);
    }
  });

  describe("as a node", () => {
    const run = (payload: object) => once("upload", {}, payload, { server: world.s3 });

    it("takes source and path from the message, and tells of the object in msg.s3", async () => {
      await scratch.fill({ "a.txt": "a" });
      const msg = onlyMessage(await run({ source: scratch.path("a.txt"), path: to }));
      msg.payload.should.eql({ path: `${to}a.txt`, uploaded: 1, skipped: 0, failed: [], bytes: 1 });
      msg.s3.should.containEql({ operation: "upload", path: `${to}a.txt`, size: 1 });
      msg.s3.etag.should.equal((await world.s3.get("bucket", `${to}a.txt`))?.etag);
    });

    it("hands a partial failure with its result to a Catch node", async () => {
      await scratch.fill({ "in/a.txt": "a", "in/back\\slash": "b" });
      const outcome = await run({ source: scratch.path("in"), path: to });
      failure(outcome, "PartialFailure");
      const { result } = outcome.caught.error.cause;
      result.should.containEql({ uploaded: 1 });
      result.failed[0].should.containEql({ path: `${to}back\\slash`, code: "InvalidFileName" });
    });

    onlyEmbedded(needsFaults, () => {
      it("shows how far it has come", async () => {
        await scratch.fill(Object.fromEntries(Array.from({ length: 3 }, (_, n) => [`in/${n}`, "x"])));
        const bench = await deploy("upload", {}, { server: world.s3 });
        try {
          const seen: string[] = [];
          const { status } = bench.node;
          bench.node.status = (shown: { text?: string }) => {
            seen.push(shown.text ?? "");
            status.call(bench.node, shown);
          };
          await bench.send({ payload: { source: sparse("large", 40 * MiB), path: to } });
          seen.some((text) => /^\d+ %$/.test(text)).should.be.true();
          seen.length = 0;
          world.embedded.hook({ operation: "PutObject", skip: 2, delay: 1500 });
          await bench.send({ payload: { source: scratch.path("in"), path: to } });
          seen.should.containEql("2/3 files");
        } finally {
          await bench.close();
        }
      });
    });
  });
});
