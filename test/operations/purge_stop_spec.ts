import { setTimeout as pause } from "node:timers/promises";
import should from "should";
import { type Bench, deploy, type Message } from "../support/bench";
import { numbered } from "../support/keys";
import { must } from "../support/must";
import { failure, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

onlyEmbedded(needsFaults, () => {
  describe("purge that is stopped", () => {
    const world = useStore();
    let bench: Bench;
    const keys = () => world.s3.keys("bucket");
    const sent = (operation: string) => world.embedded.requests.filter((request) => request.operation === operation);
    const until = async (what: () => boolean) => {
      while (!what()) await pause(5);
    };
    const start = async (count: number, config: object = {}, connection: Record<string, unknown> = {}) => {
      await world.s3.seed("bucket", numbered(count, "logs/"), "four");
      world.s3.clear();
      bench = await deploy("purge", { ...config }, { server: world.s3, connection });
    };
    const send = (payload: object) => bench.send({ payload });
    const reset = (value: unknown = true) => bench.send({ reset: value, payload: { path: "logs", force: true } });
    beforeEach(() => world.s3.clear());
    afterEach(async () => {
      world.embedded.hooks.length = 0;
      await bench.close();
      bench = await deploy("purge", { wholeBucket: true }, { server: world.s3 });
      await send({ path: "/", force: true });
      await bench.close();
    });

    it("by msg.reset says exactly how far it came, and waits for what is under way", async () => {
      await start(20_000);
      world.embedded.hook({ operation: "DeleteObjects", delay: 200 });
      const purging = send({ path: "logs", force: true });
      await until(() => sent("DeleteObjects").some(({ finished }) => finished));
      const given = await reset();
      [given.messages.length, given.dones, given.completed].should.eql([0, 1, true]);
      const outcome = await purging;
      const { payload } = onlyMessage(outcome);
      const left = (await keys()).length;
      payload.should.eql({
        path: "logs",
        dryRun: false,
        deleted: 20_000 - left,
        bytes: 4 * (20_000 - left),
        failed: [],
        stopped: true,
      });
      left.should.be.within(1000, 19_000);
      const { length } = sent("DeleteObjects");
      (length * 1000).should.equal(20_000 - left);
      await pause(300);
      sent("DeleteObjects").length.should.equal(length);
      must(bench.statuses.at(-1)).should.containEql({ fill: "yellow", text: "stopped" });
    });

    it("does not wait for a listing, and stops a dry run too", async () => {
      await start(3000);
      world.embedded.hook({ operation: "ListObjectsV2", skip: 1, stall: true });
      const looking = send({ path: "logs" });
      await until(() => sent("ListObjectsV2").length > 1 && /1.?000/.test(bench.statuses.at(-1)?.text ?? ""));
      await reset();
      const { payload } = onlyMessage(await looking);
      payload.should.containEql({ dryRun: true, matched: 1000, stopped: true });
    });

    it("while it counts for At most deletes nothing", async () => {
      await start(3000);
      world.embedded.hook({ operation: "ListObjectsV2", skip: 1, stall: true });
      const purging = send({ path: "logs", force: true });
      const limited = bench;
      void purging;
      await until(() => sent("ListObjectsV2").length > 1 && sent("DeleteObjects").some(({ finished }) => finished));
      await reset();
      onlyMessage(await purging).payload.deleted.should.equal(1000);
      await limited.close();
      bench = await deploy("purge", { maxDelete: "5000", maxDeleteType: "num" }, { server: world.s3 });
      world.s3.clear();
      const counting = send({ path: "logs", force: true });
      await until(() => sent("ListObjectsV2").length > 0);
      await reset();
      onlyMessage(await counting).payload.should.containEql({ deleted: 0, stopped: true });
      sent("DeleteObjects").length.should.equal(0);
      (await keys()).length.should.equal(2000);
    });

    it("tries nothing again that is throttled, and does not call it a failure", async () => {
      await start(3000);
      world.embedded.hook({
        operation: "DeleteObjects",
        keyError: (key) => (key.endsWith("7") ? "SlowDown" : undefined),
      });
      const purging = send({ path: "logs", force: true });
      await until(() => sent("DeleteObjects").length > 2);
      await reset();
      const { payload } = onlyMessage(await purging);
      payload.should.containEql({ stopped: true, failed: [] });
      payload.deleted.should.equal(3000 - (await keys()).length);
    });

    it("counts what went though its answer was lost and the store then asked to slow down", async () => {
      await start(2000, {}, { maxAttempts: "2" });
      let asked = 0;
      let stopped = false;
      world.embedded.hook(({ operation }) => {
        if (operation !== "DeleteObjects") return undefined;
        asked++;
        // The first one goes, so that throttling is no failure; the second is carried out and never answered.
        if (asked === 2) return { drop: true };
        return asked > 2 && !stopped ? { error: "SlowDown" } : undefined;
      });
      const purging = send({ path: "logs", force: true });
      let purgeEnded = false;
      void purging.then(() => {
        purgeEnded = true;
      });
      await until(() => asked > 4);
      await reset();
      // Until the attempts of that request are over, and the purge comes to decide.
      const { length } = world.embedded.requests;
      await until(() => world.embedded.requests.length > length + 3 || purgeEnded);
      stopped = true;
      const { payload } = onlyMessage(await purging);
      payload.should.containEql({ stopped: true, failed: [] });
      payload.deleted.should.equal(2000 - (await keys()).length);
    });

    it("takes those that wait with it, and leaves the next one alone", async () => {
      await start(2000);
      world.embedded.hook({ operation: "ListObjectsV2", times: 1, delay: 300 });
      const first = send({ path: "logs", force: true });
      const second = send({ path: "logs", force: true });
      await until(() => sent("ListObjectsV2").length > 0);
      await reset(1);
      for (const one of [first, second])
        onlyMessage(await one).payload.should.containEql({ deleted: 0, stopped: true });
      onlyMessage(await send({ path: "logs", force: true })).payload.should.eql({
        path: "logs",
        dryRun: false,
        deleted: 2000,
        bytes: 8000,
        failed: [],
      });
    });

    it("by nothing else: a msg.reset that is not true asks for a purge, and one without any does nothing", async () => {
      await start(10);
      const given = await reset("yes");
      given.messages.length.should.equal(0);
      (await keys()).length.should.equal(10);
      onlyMessage(await reset(false)).payload.deleted.should.equal(10);
    });

    it("still tells what failed", async () => {
      await start(8000);
      world.embedded.hook({
        operation: "DeleteObjects",
        delay: 200,
        keyError: (key) => (key === "logs/0001" ? "AccessDenied" : undefined),
      });
      const purging = send({ path: "logs", force: true });
      await until(() => sent("DeleteObjects").some(({ finished }) => finished));
      await reset();
      const error = failure(await purging, "PartialFailure");
      should((error as Message).result).containEql({ stopped: true });
      (error as Message).result.deleted.should.equal(8000 - (await keys()).length);
    });
  });

  describe("purge that takes its time", () => {
    const world = useStore();
    it("shows how many it has deleted, and how many a second", async () => {
      await world.s3.seed("bucket", numbered(30_000, "logs/"));
      world.embedded.hook({ operation: "DeleteObjects", delay: 500 });
      const bench = await deploy("purge", {}, { server: world.s3 });
      await bench.send({ payload: { path: "logs", force: true } });
      await bench.close();
      const texts = bench.statuses.map(({ text }) => text ?? "");
      texts.filter((text) => /^\d+ · \d+\/s$/.test(text)).length.should.be.above(0, texts.join());
    });

    it("sends each failure by the second output, before the result, where there are two", async () => {
      await world.s3.seed("bucket", numbered(2500, "logs/"));
      world.embedded.hook({
        operation: "DeleteObjects",
        keyError: (key) => (key.endsWith("5") ? undefined : "AccessDenied"),
      });
      const bench = await deploy("purge", { outputs: 2 }, { server: world.s3 });
      const outcome = await bench.send({ payload: { path: "logs", force: true }, topic: "kept" });
      failure({ ...outcome, messages: [] }, "PartialFailure").result.failedCount.should.equal(2250);
      outcome.messages.length.should.equal(2250);
      new Set(outcome.ports).should.eql(new Set([1]));
      const [first] = outcome.messages;
      Object.keys(first.payload).should.eql(["path", "code", "message"]);
      first.payload.code.should.equal("AccessDenied");
      first.topic.should.equal("kept");
      first.s3.should.eql({ operation: "purge", bucket: world.bucket, path: "logs" });
      new Set(outcome.messages.map(({ payload }) => payload.path)).size.should.equal(2250);
      world.embedded.hooks.length = 0;
      const done = await bench.send({ payload: { path: "logs", force: true } });
      done.ports.should.eql([0]);
      onlyMessage(done).payload.deleted.should.equal(2250);
      await bench.close();
    });
  });
});
