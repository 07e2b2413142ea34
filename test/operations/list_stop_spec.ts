import { setTimeout as pause } from "node:timers/promises";
import "should";
import { type Bench, deploy, type Message, type Outcome } from "../support/bench";
import { numbered } from "../support/keys";
import { must } from "../support/must";
import { failure, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

/** More than two pages. */
const all = 2500;

onlyEmbedded(needsFaults, () => {
  describe("list that is stopped", () => {
    const world = useStore();
    let bench: Bench;
    const sent = (operation: string) => world.embedded.requests.filter((request) => request.operation === operation);
    const until = async (what: () => boolean) => {
      while (!what()) await pause(5);
    };
    const start = async (config: Record<string, unknown> = {}) => {
      bench = await deploy("list", config, { server: world.s3 });
      world.s3.clear();
    };
    /** Stops a list when one page of it has come, and the next one does not. */
    const stopped = async (payload: object = {}): Promise<Outcome> => {
      world.embedded.hook({ operation: "ListObjectsV2", skip: 1, stall: true });
      const listing = bench.send({ payload: { path: "logs", ...payload } });
      await until(() => sent("ListObjectsV2").length > 1 && /1.?000/.test(bench.statuses.at(-1)?.text ?? ""));
      const given = await bench.send({ reset: true, payload: {} });
      [given.messages.length, given.dones, given.completed].should.eql([0, 1, true]);
      const outcome = await listing;
      const { length } = sent("ListObjectsV2");
      await pause(50);
      sent("ListObjectsV2").length.should.equal(length);
      if (outcome.error) throw outcome.error;
      return outcome;
    };
    const yellow = () => must(bench.statuses.at(-1)).should.containEql({ fill: "yellow", text: "stopped" });
    before(() => world.s3.seed("bucket", numbered(all, "logs/"), "four"));
    afterEach(async () => {
      world.embedded.hooks.length = 0;
      await bench.close();
    });

    for (const sort of ["key", "newest", "largest"]) {
      it(`gives what it has found, and says so: an array in the order ${sort}`, async () => {
        await start();
        const { payload, s3 } = onlyMessage(await stopped({ sort }));
        payload.length.should.equal(1000);
        s3.should.containEql({ count: 1000, truncated: false, stopped: true });
        yellow();
      });
    }

    it("sums up what it has found", async () => {
      await start({ emit: "summary" });
      const { payload, s3 } = onlyMessage(await stopped());
      payload.should.containEql({ count: 1000, bytes: 4000 });
      s3.should.containEql({ count: 1000, truncated: false, stopped: true });
      yellow();
    });

    it("sends no more batches than it has found, and says it in the last", async () => {
      await start({ emit: "batches", batchSize: 300 });
      const { messages } = await stopped();
      messages.map(({ payload }: Message) => payload.length).should.eql([300, 300, 300, 100]);
      messages[0].s3.should.not.have.property("stopped");
      messages.at(-1).s3.stopped.should.equal(true);
      messages.at(-1).parts.count.should.equal(4);
      yellow();
    });

    it("sends no more entries than it has found, and says it in the last", async () => {
      await start({ emit: "each" });
      const { messages } = await stopped();
      messages.length.should.equal(1000);
      messages.filter(({ s3 }: Message) => s3.stopped).length.should.equal(1);
      messages.at(-1).s3.stopped.should.equal(true);
      messages.at(-1).parts.count.should.equal(1000);
      yellow();
    });

    it("tells of entries for whose metadata there was no time", async () => {
      await start();
      world.embedded.hook({ operation: "HeadObject", skip: 100, stall: true });
      const listing = bench.send({ payload: { path: "logs", maxResults: 500, includeMetadata: true } });
      await until(() => sent("HeadObject").length > 100);
      await bench.send({ reset: true });
      const { payload, s3 } = onlyMessage(await listing);
      payload.length.should.equal(500);
      const left = payload.filter(({ metadata }: Message) => metadata === undefined);
      left.length.should.be.within(1, 450);
      for (const { failed } of left) failed.code.should.equal("Aborted");
      s3.should.containEql({ stopped: true, count: 500, failed: left.length });
    });

    it("ends one by a listing", async () => {
      await start({ from: "listing" });
      world.embedded.hook({ operation: "HeadObject", skip: 1000, stall: true });
      const listing = bench.send({ payload: { path: "logs", listing: numbered(all, "logs/") } });
      await until(() => sent("HeadObject").length > 1000);
      await bench.send({ reset: true });
      const { payload, s3 } = onlyMessage(await listing);
      payload.length.should.equal(1000);
      s3.should.containEql({ stopped: true, outside: 0, missing: 0 });
    });

    it("takes those that wait with it, and leaves the next one alone", async () => {
      await start();
      world.embedded.hook({ operation: "ListObjectsV2", times: 1, delay: 300 });
      const two = [0, 1].map(() => bench.send({ payload: { path: "logs" } }));
      await until(() => sent("ListObjectsV2").length > 0);
      await bench.send({ reset: 1 });
      for (const one of two) onlyMessage(await one).s3.should.containEql({ count: 0, stopped: true });
      sent("ListObjectsV2").length.should.equal(1);
      const { payload, s3 } = onlyMessage(await bench.send({ payload: { path: "logs" } }));
      payload.length.should.equal(all);
      s3.should.not.have.property("stopped");
    });

    it("by nothing else: a msg.reset that is not true asks for a list, and one without any does nothing", async () => {
      await start();
      const given = await bench.send({ reset: "yes", payload: { path: "logs" } });
      [given.messages.length, given.dones].should.eql([0, 1]);
      world.embedded.requests.should.eql([]);
      onlyMessage(await bench.send({ reset: false, payload: { path: "logs" } })).payload.length.should.equal(all);
    });

    it("at the pace of the flow is given up instead", async () => {
      await start({ emit: "batches", pace: "pull" });
      const listing = bench.send({ payload: { path: "logs" } });
      await until(() => sent("ListObjectsV2").length > 1);
      await bench.send({ reset: true });
      failure(await listing, "Aborted");
    });
  });
});
