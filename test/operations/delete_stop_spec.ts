import { setTimeout as pause } from "node:timers/promises";
import "should";
import { type Bench, deploy } from "../support/bench";
import { numbered } from "../support/keys";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { resultOf, sequenceOf } from "../support/sequence-of";
import { useStore } from "../support/world";

/** Some batches. */
const all = 3000;

onlyEmbedded(needsFaults, () => {
  describe("delete that is stopped", () => {
    const world = useStore();
    const names = numbered(all, "logs/");
    let bench: Bench;
    const keys = () => world.s3.keys("bucket");
    const sent = (operation: string) => world.embedded.requests.filter((request) => request.operation === operation);
    const until = async (what: () => boolean) => {
      while (!what()) await pause(5);
    };
    const start = async (config: Record<string, unknown> = {}, count = all) => {
      await world.s3.seed("bucket", names.slice(0, count), "four");
      bench = await deploy("delete", config, { server: world.s3 });
      world.s3.clear();
    };
    const send = (payload: unknown) => bench.send({ payload });
    const reset = async (value: unknown = true) => {
      const given = await bench.send({ reset: value, payload: { path: names } });
      [given.messages.length, given.dones, given.completed].should.eql([0, 1, true]);
    };
    const yellow = () => must(bench.statuses.at(-1)).should.containEql({ fill: "yellow", text: "stopped" });
    afterEach(async () => {
      world.embedded.hooks.length = 0;
      await bench.close();
      await once("purge", { wholeBucket: true }, { path: "/", force: true }, { server: world.s3 });
    });

    for (const [by, more] of [
      ["path", {}],
      ["listing", { changed: 0, outside: 0 }],
    ] as const) {
      it(`by msg.reset says how far it came, and waits for what is under way: by ${by}`, async () => {
        await start();
        world.embedded.hook({ operation: "DeleteObjects", delay: 200 });
        const deleting = send({ [by]: names });
        await until(() => sent("DeleteObjects").length > 0);
        await reset();
        const { payload } = onlyMessage(await deleting);
        const left = (await keys()).length;
        payload.should.eql({ deleted: all - left, missing: 0, failed: [], ...more, stopped: true });
        left.should.be.within(1000, all - 1000);
        (sent("DeleteObjects").length * 1000).should.equal(all - left);
        yellow();
        const { length } = world.embedded.requests;
        await pause(300);
        world.embedded.requests.length.should.equal(length);
      });
    }

    it("does not wait for what it asks about, and deletes none of it", async () => {
      await start({}, 10);
      world.embedded.hook({ operation: "HeadObject", skip: 5, stall: true });
      const deleting = send({ path: names.slice(0, 10) });
      await until(() => sent("HeadObject").length > 5);
      await reset();
      onlyMessage(await deleting).payload.should.containEql({ deleted: 0, stopped: true });
      sent("DeleteObjects").length.should.equal(0);
    });

    it("while it reads a listing deletes nothing", async () => {
      await start({}, 10);
      await world.s3.put("bucket", "keys.txt", names.join("\n"));
      world.embedded.hook({ operation: "GetObject", stall: true });
      const deleting = send({ listing: "keys.txt" });
      await until(() => sent("GetObject").length > 0);
      await reset();
      onlyMessage(await deleting).payload.should.containEql({ deleted: 0, stopped: true });
      (await keys()).length.should.equal(11);
    });

    it("still tells what failed", async () => {
      await start();
      world.embedded.hook({
        operation: "DeleteObjects",
        delay: 200,
        keyError: (key) => (key === names[1] ? "AccessDenied" : undefined),
      });
      const deleting = send({ path: names });
      await until(() => sent("DeleteObjects").length > 0);
      await reset();
      const { result } = failure(await deleting, "PartialFailure");
      result.should.containEql({ stopped: true });
      result.deleted.should.equal(all - (await keys()).length);
    });

    it("leaves a single object alone that it has not begun to delete", async () => {
      await start({}, 2);
      world.embedded.hook({ operation: "HeadObject", delay: 200 });
      const two = [send({ path: names[0] }), send({ path: names[0], ifMissing: "ignore" })];
      await until(() => sent("HeadObject").length > 0);
      await reset();
      for (const one of two)
        onlyMessage(await one).payload.should.eql({ path: names[0], deleted: false, stopped: true });
      (await keys()).length.should.equal(2);
      onlyMessage(await send({ path: names[0] })).payload.should.containEql({ deleted: true });
    });

    it("takes what a sequence names", async () => {
      await start({ sequence: true, listing: "payload", listingType: "msg", path: "", pathType: "str" });
      world.embedded.hook({ operation: "DeleteObjects", delay: 200 });
      const outcomes = sequenceOf("stopped", [names.slice(0, 1500), names.slice(1500)]).map((msg) => bench.send(msg));
      await until(() => sent("DeleteObjects").length > 0);
      await bench.send({ reset: true, parts: { id: "another" } });
      await bench.send({ reset: true, parts: { id: "stopped" } });
      const { payload } = resultOf(await Promise.all(outcomes));
      payload.should.containEql({ stopped: true, deleted: all - (await keys()).length });
    });

    it("by nothing else: a msg.reset that is not true asks for a delete, and one without any does nothing", async () => {
      await start({}, 10);
      await reset("yes");
      world.embedded.requests.should.eql([]);
      const path = names.slice(0, 10);
      onlyMessage(await bench.send({ reset: false, payload: { path } })).payload.deleted.should.equal(10);
    });
  });
});
