import "should";
import { setTimeout as pause } from "node:timers/promises";
import type { HookAction } from "../../dev/s3-server/hooks";
import { type Core, openCore } from "../support/context";
import { numbered } from "../support/keys";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

onlyEmbedded(needsFaults, () => {
  describe("purge at a store that throttles", () => {
    const world = useStore();
    let core: Core;
    const keys = () => world.s3.keys("bucket");
    const deletions = () => world.embedded.requests.filter(({ operation }) => operation === "DeleteObjects");
    const open = (settings: Record<string, unknown> = {}) => {
      core = openCore(world.s3, settings);
    };
    beforeEach(() => world.s3.clear());
    afterEach(async () => {
      world.embedded.hooks.length = 0;
      await core.run("purge", { path: "/", force: true, wholeBucket: true });
      await core.close();
    });
    /** Refuses so many deletions after each one that it carries out. */
    const refuse = (times: number) => {
      const refused = { count: 0 };
      let asked = 0;
      world.embedded.hook(({ operation }) => {
        if (operation !== "DeleteObjects" || asked++ % (times + 1) === 0) return undefined;
        refused.count++;
        return { error: "SlowDown" };
      });
      return refused;
    };
    /** Counts how many deletions are under way at a time. */
    const watch = (ms: number) => {
      const seen = { now: 0, most: 0, widths: [] as number[] };
      world.embedded.hook(async ({ operation }) => {
        if (operation !== "DeleteObjects") return undefined;
        seen.now++;
        seen.most = Math.max(seen.most, seen.now);
        seen.widths.push(seen.now);
        await pause(ms);
        seen.now--;
        return undefined;
      });
      return seen;
    };

    it("sends four deletions at a time, and more while it keeps up", async () => {
      open();
      await world.s3.seed("bucket", numbered(40_000, "logs/"));
      const seen = watch(300);
      const { result } = await core.run("purge", { path: "logs", force: true });
      result.should.containEql({ deleted: 40_000, failed: [] });
      Math.max(...seen.widths.slice(0, 4)).should.be.belowOrEqual(4);
      seen.most.should.be.within(6, 16);
    });

    it("never sends more at a time than the connection allows", async () => {
      open({ concurrency: 2 });
      await world.s3.seed("bucket", numbered(8000, "logs/"));
      const seen = watch(150);
      await core.run("purge", { path: "logs", force: true });
      seen.most.should.equal(2);
    });

    for (const [how, answer] of [
      ["it asks to slow down", { error: "SlowDown" }],
      ["it asks so with a 400", { error: { code: "RequestLimitExceeded", status: 400 } }],
      ["it asks so with a 500", { error: { code: "ThrottlingException", status: 500 } }],
      ["single keys are throttled", { keyError: (key: string) => (key.endsWith("00") ? "SlowDown" : undefined) }],
    ] as const) {
      it(`sends half as many when ${how}, and loses no key`, async () => {
        open();
        await world.s3.seed("bucket", numbered(9000, "logs/"));
        const waiting: ((action: HookAction | undefined) => void)[] = [];
        world.embedded.hook(({ operation }) =>
          operation === "DeleteObjects" ? new Promise((resolve) => waiting.push(resolve)) : undefined,
        );
        const answerAll = (action?: HookAction) => {
          for (const resolve of waiting.splice(0)) resolve(action);
        };
        const come = async (count: number) => {
          while (waiting.length < count) await pause(5);
        };
        const purging = core.run("purge", { path: "logs", force: true });
        await come(4);
        answerAll(answer);
        // The same ones again.
        await come(4);
        answerAll();
        await come(2);
        // No other one comes before one of them is answered.
        await pause(1500);
        waiting.length.should.equal(2);
        world.embedded.hooks.length = 0;
        answerAll();
        const { result } = await purging;
        result.should.eql({ path: "logs", dryRun: false, deleted: 9000, bytes: 9000, failed: [] });
        (await keys()).should.eql([]);
      });
    }

    it("deletes all keys, however often it refuses", async () => {
      // So few attempts that a request fails again and again.
      open({ maxAttempts: 1 });
      await world.s3.seed("bucket", numbered(12_000, "logs/"));
      const refused = refuse(2);
      const { result } = await core.run("purge", { path: "logs", force: true });
      result.should.containEql({ deleted: 12_000, bytes: 12_000, failed: [] });
      refused.count.should.be.above(20);
      (await keys()).should.eql([]);
    });

    it("tries single keys again that are throttled in an answer, as long as others go", async () => {
      open({ maxAttempts: 1 });
      await world.s3.seed("bucket", numbered(3000, "logs/"));
      const tries = new Map<string, number>();
      world.embedded.hook({
        operation: "DeleteObjects",
        keyError: (key) => {
          const count = (tries.get(key) ?? 0) + 1;
          tries.set(key, count);
          return key.endsWith("7") && count < 4 ? (key.endsWith("17") ? "SlowDown" : "ServiceUnavailable") : undefined;
        },
      });
      const { result } = await core.run("purge", { path: "logs", force: true });
      result.should.containEql({ deleted: 3000, failed: [] });
      (await keys()).should.eql([]);
    });

    it("reports keys that it never stops refusing, once no other goes any more", async () => {
      open({ maxAttempts: 2, timeout: 0.6 });
      await world.s3.seed("bucket", numbered(20, "logs/"));
      world.embedded.hook({
        operation: "DeleteObjects",
        keyError: (key) => (key === "logs/0007" ? "SlowDown" : undefined),
      });
      const error = await core.failure("purge", { path: "logs", force: true });
      error.code.should.equal("PartialFailure");
      error.result.should.containEql({ deleted: 19, bytes: 19 });
      error.result.failed
        .map(({ path, code }: { path: string; code: string }) => [path, code])
        .should.eql([["logs/0007", "SlowDown"]]);
      (await keys()).should.eql(["logs/0007"]);
    });

    it("gives up where it refuses from the first, for the connection's timeout", async () => {
      open({ maxAttempts: 2, timeout: 1 });
      await world.s3.seed("bucket", numbered(20, "logs/"));
      world.embedded.hook({ operation: "DeleteObjects", error: "SlowDown" });
      const error = await core.failure("purge", { path: "logs", force: true });
      error.code.should.equal("SlowDown");
      error.result.should.containEql({ deleted: 0 });
      deletions().length.should.be.within(3, 100);
    });

    for (const status of [502, 504]) {
      it(`ends at a ${status}, which is a gateway's and no throttling`, async () => {
        open({ maxAttempts: 1 });
        await world.s3.seed("bucket", numbered(1500, "logs/"));
        const error = { code: "ServiceUnavailable", status };
        world.embedded.hook({ operation: "DeleteObjects", error, skip: 1, times: 3 });
        const ended = await core.failure("purge", { path: "logs", force: true });
        ended.should.containEql({ code: "ServiceUnavailable", statusCode: status });
        ended.result.should.containEql({ deleted: 1000 });
        deletions().length.should.equal(2);
      });

      it(`reports a key whose own deletion is answered with ${status}`, async () => {
        open({ maxAttempts: 2 });
        // One that DeleteObjects cannot name.
        await world.s3.seed("bucket", ["logs/a", "logs/b\u0001"]);
        const error = { code: "ServiceUnavailable", status };
        world.embedded.hook({ operation: "DeleteObject", error, times: 8 });
        const ended = await core.failure("purge", { path: "logs", force: true });
        ended.code.should.equal("PartialFailure");
        ended.result.deleted.should.equal(1);
        ended.result.failed.length.should.equal(1);
        ended.result.failed[0].should.have.only.keys("path", "code", "message");
        ended.result.failed[0].should.containEql({ path: "logs/b\u0001", code: "ServiceUnavailable" });
      });
    }

    it("gives up where it refuses for the connection's timeout", async () => {
      open({ maxAttempts: 1, timeout: 0.6 });
      await world.s3.seed("bucket", numbered(1500, "logs/"));
      world.embedded.hook({ operation: "DeleteObjects", error: "SlowDown", skip: 1 });
      const error = await core.failure("purge", { path: "logs", force: true });
      error.code.should.equal("SlowDown");
      error.message.should.match(/1000 objects were deleted before/);
      deletions().length.should.be.above(1);
      (await keys()).length.should.equal(500);
    });

    it("is no failure for delete of an array either", async () => {
      open({ maxAttempts: 1 });
      const names = numbered(1200, "logs/");
      await world.s3.seed("bucket", names);
      const refused = refuse(2);
      const { result } = await core.run("delete", { path: names });
      result.should.eql({ deleted: 1200, missing: 0, failed: [] });
      refused.count.should.be.above(1);
      (await keys()).should.eql([]);
    });
  });
});
