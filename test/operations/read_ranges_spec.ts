import "should";
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { LoggedRequest } from "../../dev/s3-server/request-log";
import { type SlowLine, startSlowLine } from "../../dev/slow-line";
import { download } from "../../src/core/download";
import { toS3Error } from "../../src/core/to-error";
import { type Core, openCore } from "../support/context";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useFreshServer } from "../support/server";

const MiB = 1024 * 1024;

/** Bytes per second of each answer where a line is slow: few enough for a machine that has other work too. */
const rate = 12e6;

onlyEmbedded(needsFaults, () => {
  describe("read of a large object that comes slowly", function () {
    // How fast a line is, and what more requests bring, looks otherwise on a machine that is busy with something else.
    this.retries(3);
    const world = useFreshServer();
    const content = randomBytes(32 * MiB);
    let core: Core;
    let line: SlowLine | undefined;
    afterEach(async () => {
      line?.close();
      line = undefined;
      await core.close();
    });

    const open = (settings = {}) => {
      core = openCore(world.s3, settings);
      return core;
    };
    const gets = () => world.s3.requests.filter(({ operation }) => operation === "GetObject");
    const ranged = () => gets().filter(({ headers }) => headers.range !== undefined);
    const isRanged = ({ headers }: Pick<LoggedRequest, "headers">) => headers.range !== undefined;
    const slow = () => world.s3.hook({ operation: "GetObject", rate });
    const until = async (holds: () => boolean) => {
      while (!holds()) await pause(5);
    };
    const source = { key: "large", versionId: "", range: "" };

    /** Reads on, comparing all that comes with what was stored; gives how much came, and what ended it. */
    const compare = async (body: AsyncIterable<Buffer>, expected = content) => {
      let at = 0;
      try {
        for await (const chunk of body) {
          if (!chunk.equals(expected.subarray(at, at + chunk.length))) throw new Error(`wrong bytes after ${at}`);
          at += chunk.length;
        }
        return { length: at, code: undefined };
      } catch (error) {
        return { length: at, code: toS3Error(error, { operation: "read" }).code, error: error as Error };
      }
    };
    const readAll = async (expected = content, more = {}) => {
      const { body } = await download(core.context, { ...source, ...more });
      return compare(body, expected);
    };

    it("asks for ranges of it side by side, after one request for all of it", async () => {
      world.s3.put("bucket", "large", content, { checksum: "CRC32" });
      slow();
      open({ checksums: "always" });
      (await readAll()).should.eql({ length: content.length, code: undefined });
      world.s3.requests.should.have.length(gets().length);
      isRanged(gets()[0] as LoggedRequest).should.be.false();
      ranged().length.should.be.above(4);
      world.s3.maxInFlight.should.be.within(3, 9);
      let next: number | undefined;
      for (const { headers } of ranged()) {
        String(headers["if-match"]).should.match(/^"[0-9a-f]{32}"$/);
        const [, from, to] = /^bytes=(\d+)-(\d+)$/.exec(String(headers.range)) ?? [];
        if (next !== undefined) Number(from).should.equal(next);
        next = Number(to) + 1;
        (next - Number(from)).should.be.belowOrEqual(4 * MiB);
      }
      Number(next).should.equal(content.length);
    });

    it("finds a changed byte in a range", async () => {
      world.s3.put("bucket", "large", content, { checksum: "CRC32" });
      slow();
      world.s3.hook({
        operation: "GetObject",
        when: isRanged,
        skip: 3,
        times: 1,
        body: (body) => {
          body[100] = (body[100] as number) ^ 1;
          return body;
        },
      });
      open({ checksums: "always" });
      const error = await core.failure("read", { path: "large", format: "buffer" });
      error.code.should.equal("InvalidResponse");
      error.message.should.match(/CRC32/);
    });

    it("keeps to the version that was asked for", async () => {
      world.s3.setVersioning("bucket", "Enabled");
      const { versionId } = world.s3.put("bucket", "large", content);
      world.s3.put("bucket", "large", "another one");
      slow();
      open();
      (await readAll(content, { versionId })).length.should.equal(content.length);
      ranged().length.should.be.above(4);
      for (const { query } of gets()) String(query.versionId).should.equal(versionId);
    });

    it("stays within a range that the user asked for", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      open();
      const part = content.subarray(1000, 30 * MiB + 1);
      (await readAll(part, { range: `bytes=1000-${30 * MiB}` })).length.should.equal(part.length);
      gets().length.should.be.above(4);
      const all = gets().map(({ headers }) => /^bytes=(\d+)-(\d+)$/.exec(String(headers.range)) ?? []);
      for (const [, from, to] of all) {
        Number(from).should.be.aboveOrEqual(1000);
        Number(to).should.be.belowOrEqual(30 * MiB);
      }
    });

    it("is one request where it comes fast", async () => {
      world.s3.put("bucket", "large", { size: 300 * MiB });
      open();
      const { body } = await download(core.context, source);
      let length = 0;
      for await (const chunk of body) length += chunk.length;
      length.should.equal(300 * MiB);
      gets().should.have.length(1);
    });

    it("is one request where its reader is slow, not the line", async () => {
      world.s3.put("bucket", "large", content);
      open();
      const { body } = await download(core.context, source);
      let length = 0;
      for await (const chunk of body) {
        length += chunk.length;
        await pause(1);
      }
      length.should.equal(content.length);
      gets().should.have.length(1);
    });

    it("is one request where less than 16 MiB are left", async () => {
      slow();
      world.s3.put("bucket", "large", content.subarray(0, 19 * MiB));
      open();
      (await readAll()).length.should.equal(19 * MiB);
      gets().should.have.length(1);
    });

    it("is one request where the connection is allowed one", async () => {
      slow();
      world.s3.put("bucket", "large", content);
      open({ concurrency: 1 });
      (await readAll()).length.should.equal(content.length);
      gets().should.have.length(1);
    });

    it("is one request where the length is unknown", async () => {
      world.s3.hook({ operation: "GetObject", rate, headers: { "content-length": undefined } });
      world.s3.put("bucket", "large", content);
      open();
      (await readAll()).length.should.equal(content.length);
      gets().should.have.length(1);
    });

    it("leaves half of the connection's requests to others, however many are read", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      open({ concurrency: 6 });
      const { wire } = core.connection;
      let least = wire.free;
      world.s3.hook(() => {
        least = Math.min(least, wire.free);
        return undefined;
      });
      const all = await Promise.all([readAll(), readAll()]);
      for (const { length } of all) length.should.equal(content.length);
      // Two answers that were asked for, and three ranges ahead.
      least.should.be.within(1, 2);
    });

    it("goes back to one answer where several bring no more than one", async () => {
      world.s3.put("bucket", "large", content);
      line = await startSlowLine(world.s3.port, { rate, total: rate, latency: 1 });
      core = openCore({ ...world.s3, endpoint: line.endpoint } as typeof world.s3);
      (await readAll()).length.should.equal(content.length);
      ranged().length.should.be.within(2, 8);
      world.s3.maxInFlight.should.be.belowOrEqual(3);
      String(ranged().at(-1)?.headers.range).should.match(/-33554431$/);
    });

    it("asks for more than two at a time where these bring more than one, with some latency", async () => {
      world.s3.put("bucket", "large", content);
      line = await startSlowLine(world.s3.port, { rate, latency: 5 });
      core = openCore({ ...world.s3, endpoint: line.endpoint } as typeof world.s3);
      const { wire } = core.connection;
      let most = 0;
      world.s3.hook(() => {
        most = Math.max(most, wire.underWay);
        return undefined;
      });
      (await readAll()).length.should.equal(content.length);
      most.should.be.above(3);
    });

    it("holds little memory, and asks for nothing more, while its reader does nothing", async () => {
      const size = 160 * MiB;
      world.s3.put("bucket", "large", { size });
      slow();
      open();
      const { body } = await download(core.context, { ...source, handedOn: true });
      let taken = 0;
      while (ranged().length < 2) taken += (await body.next()).value?.length ?? 0;
      global.gc?.();
      const before = process.memoryUsage().arrayBuffers;
      // It may go on until the first range is due.
      while (ranged().length < 4) taken += (await body.next()).value?.length ?? 0;
      let asked = 0;
      // Between two requests, too, none is under way.
      while (asked < gets().length) {
        asked = gets().length;
        await until(() => world.s3.inFlight === 0);
        await pause(100);
      }
      asked.should.be.within(5, 20);
      const sent = world.s3.requests.reduce((sum, { sent }) => sum + sent, 0);
      // What the first answer had on its way when it was cut off comes on top.
      sent.should.be.below(taken + 56 * MiB);
      global.gc?.();
      (process.memoryUsage().arrayBuffers - before).should.be.below(56 * MiB);
      await core.run("exist", { path: "large" });
      await pause(100);
      gets().should.have.length(asked);
      for await (const chunk of body) taken += chunk.length;
      taken.should.equal(size);
    }).timeout(180_000);

    it("ends all its requests at once when nobody wants it any more", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      open();
      const { result } = await core.run("read", { path: "large", format: "stream" });
      const stream = result as Readable;
      stream.on("data", () => {});
      await until(() => ranged().length > 2 && world.s3.inFlight > 2);
      // What is on its way arrives.
      await pause(20);
      const asked = gets().length;
      // On a busy machine, some have left and not arrived yet.
      const onTheirWay = Math.max(0, core.connection.wire.underWay - world.s3.inFlight);
      stream.destroy();
      await pause(0);
      core.connection.wire.underWay.should.equal(0);
      await until(() => world.s3.inFlight === 0);
      await pause(300);
      gets().length.should.be.within(asked, asked + onTheirWay);
      gets()
        .filter(({ sent }) => sent < 4 * MiB)
        .length.should.be.above(0);
    });

    it("ends all its requests at once when the connection closes, with Aborted", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      open();
      const outcome = readAll();
      await until(() => ranged().length > 2 && world.s3.inFlight > 2);
      await core.close();
      String((await outcome).code).should.equal("Aborted");
      await until(() => world.s3.inFlight === 0 && world.s3.connections === 0);
    });

    for (const ignore of [[], ["if-match"]]) {
      it(`does not mix two objects${ignore.length > 0 ? ", even where a store ignores If-Match" : ""}`, async () => {
        world.s3.put("bucket", "large", content);
        slow();
        let changed = false;
        world.s3.hook((request) => {
          if (request.operation !== "GetObject" || !isRanged(request)) return undefined;
          if (ranged().length > 4 && !changed) {
            changed = true;
            world.s3.put("bucket", "large", Buffer.alloc(32 * MiB, "b"));
          }
          return { ignore };
        });
        open();
        const { code, length } = await readAll();
        String(code).should.equal("PreconditionFailed");
        length.should.be.within(8 * MiB, 28 * MiB);
      });
    }

    it("goes on with its one answer where the object is changed before ranges take over", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      world.s3.hook((request) => {
        if (isRanged(request)) world.s3.put("bucket", "large", Buffer.alloc(32 * MiB, "b"));
        return undefined;
      });
      open();
      (await readAll()).should.eql({ length: content.length, code: undefined });
    });

    it("goes on with its one answer where the store ignores ranges", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      world.s3.hook({ operation: "GetObject", ignore: ["range"] });
      open();
      (await readAll()).should.eql({ length: content.length, code: undefined });
      ranged().length.should.be.within(1, 2);
    });

    it("fails where the store ignores ranges from some time on", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      world.s3.hook({ operation: "GetObject", when: isRanged, skip: 4, ignore: ["range"] });
      open();
      const { code, length } = await readAll();
      String(code).should.equal("InvalidResponse");
      length.should.be.below(content.length);
    });

    it("goes on with its one answer where the store answers no second one", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      world.s3.hook({ operation: "GetObject", when: isRanged, stall: true });
      open();
      (await readAll()).should.eql({ length: content.length, code: undefined });
      ranged().should.have.length(2);
      await until(() => world.s3.inFlight === 0);
    });

    it("goes on with one answer where the store has enough of many", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      world.s3.hook((request) =>
        isRanged(request) && world.s3.inFlight > 3 ? { error: { code: "InternalError", status: 500 } } : undefined,
      );
      open({ maxAttempts: 1 });
      (await readAll()).should.eql({ length: content.length, code: undefined });
      world.s3.requests.filter(({ status }) => status === 500).length.should.be.above(0);
    });

    it("goes on in each range where that was cut off", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      world.s3.hook({ operation: "GetObject", when: isRanged, cut: 1_500_000 });
      open({ maxAttempts: 2 });
      (await readAll()).should.eql({ length: content.length, code: undefined });
      ranged().length.should.be.above(12);
    });

    it("gives up where no range gets any further", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      world.s3.hook({ operation: "GetObject", when: isRanged, skip: 3, cut: 0 });
      open({ maxAttempts: 2 });
      const { code, length, error } = await readAll();
      String(code).should.equal("InvalidResponse");
      String(error).should.containEql(`cut off after ${length} of ${content.length} bytes`);
      length.should.be.above(8 * MiB);
    });

    it("tells how far it has come, in 20 characters", async () => {
      world.s3.put("bucket", "large", content);
      slow();
      open();
      const texts: string[] = [];
      const context = { ...core.context, progress: (text: string) => void texts.push(text) };
      const { body, progress } = await download(context, source);
      progress().should.eql({ bytes: 0, total: content.length, rate: 0 });
      await compare(body);
      progress().bytes.should.equal(content.length);
      progress().rate.should.be.above(0);
      texts.length.should.be.above(1);
      for (const text of texts) {
        text.should.match(/^\d+ % \d+(\.\d)? [kM]B\/s$/);
        text.length.should.be.belowOrEqual(20);
      }
      const shares = texts.map((text) => Number.parseInt(text, 10));
      shares.should.eql([...shares].sort((a, b) => a - b));
    });
  });
});
