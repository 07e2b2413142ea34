import "should";
import { setTimeout as pause } from "node:timers/promises";
import { type Core, openCore } from "../support/context";
import { numbered } from "../support/keys";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

/** Keys that may be deleted, refilled as time passes. */
const bucketOf = (rate: number) => {
  let tokens = rate;
  let last = performance.now();
  return (want: number): boolean => {
    const now = performance.now();
    tokens = Math.min(rate, tokens + ((now - last) / 1000) * rate);
    last = now;
    if (tokens < want) return false;
    tokens -= want;
    return true;
  };
};

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

    it("sends half as many when it asks to slow down, and loses no key", async () => {
      open();
      await world.s3.seed("bucket", numbered(30_000, "logs/"));
      let slow = 0;
      world.embedded.hook(({ operation }) =>
        operation === "DeleteObjects" && deletions().length > 8 && slow++ < 8 ? { error: "SlowDown" } : undefined,
      );
      const seen = watch(60);
      const { result } = await core.run("purge", { path: "logs", force: true });
      result.should.eql({ path: "logs", dryRun: false, deleted: 30_000, bytes: 30_000, failed: [] });
      (await keys()).should.eql([]);
      slow.should.be.above(4);
      // The first eight were answered; what was under way when it slowed down is not begun anew at that width.
      Math.min(...seen.widths.slice(16, 24)).should.equal(1);
    });

    it("deletes all keys at a rate that it allows, however often it refuses", async () => {
      // So few attempts that a request fails again and again.
      open({ maxAttempts: 1 });
      await world.s3.seed("bucket", numbered(12_000, "logs/"));
      const take = bucketOf(5000);
      let refused = 0;
      world.embedded.hook(({ operation }) => {
        if (operation !== "DeleteObjects" || take(1000)) return undefined;
        refused++;
        return { error: "SlowDown" };
      });
      const { result } = await core.run("purge", { path: "logs", force: true });
      result.should.containEql({ deleted: 12_000, bytes: 12_000, failed: [] });
      refused.should.be.above(2);
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

    it("sends half as many when single keys are throttled", async () => {
      open();
      await world.s3.seed("bucket", numbered(20_000, "logs/"));
      const seen = watch(60);
      world.embedded.hook({
        operation: "DeleteObjects",
        keyError: (key) => (key.endsWith("00") && deletions().length < 12 ? "SlowDown" : undefined),
      });
      const { result } = await core.run("purge", { path: "logs", force: true });
      result.should.containEql({ deleted: 20_000, failed: [] });
      Math.min(...seen.widths.slice(8, 20)).should.be.below(3);
    });

    it("reports keys that it never stops refusing, once no other goes any more", async () => {
      open({ maxAttempts: 2, timeout: 0.2 });
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

    it("gives up at once where it refuses from the first", async () => {
      open({ maxAttempts: 2 });
      await world.s3.seed("bucket", numbered(20, "logs/"));
      world.embedded.hook({ operation: "DeleteObjects", error: "SlowDown" });
      const error = await core.failure("purge", { path: "logs", force: true });
      error.code.should.equal("SlowDown");
      error.result.should.containEql({ deleted: 0 });
      deletions().length.should.equal(2);
    });

    it("gives up where it refuses for the connection's timeout", async () => {
      open({ maxAttempts: 1, timeout: 0.2 });
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
      const names = numbered(2200, "logs/");
      await world.s3.seed("bucket", names);
      const take = bucketOf(1500);
      world.embedded.hook(({ operation }) =>
        operation !== "DeleteObjects" || take(1000) ? undefined : { error: "SlowDown" },
      );
      const { result } = await core.run("delete", { path: names });
      result.should.eql({ deleted: 2200, missing: 0, failed: [] });
      (await keys()).should.eql([]);
    });
  });
});
