import { setTimeout as pause } from "node:timers/promises";
import "should";
import { type Core, openCore } from "../support/context";
import { numbered } from "../support/keys";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { outcomeOf } from "../support/outcome";
import { useFreshServer } from "../support/server";

onlyEmbedded(needsFaults, () => {
  describe("work on many objects at a store that throttles for longer than the attempts", () => {
    const world = useFreshServer();
    const names = numbered(2500, "logs/");
    let core: Core;
    // One attempt, so that each refusal ends a request.
    const open = (settings: Record<string, unknown> = {}) => {
      core = openCore(world.s3, { maxAttempts: 1, ...settings });
    };
    beforeEach(() => world.s3.seed("bucket", names));
    afterEach(() => core.close());
    const asked = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
    const slowDown = { code: "SlowDown", status: 503 };
    const paths = (entries: { path: string }[]) => entries.map(({ path }) => path);

    for (const [verb, values] of [
      ["exist", { path: "logs/" }],
      ["exist", { path: "logs/0" }],
    ] as const) {
      it(`does not wait for the answer to one question: ${verb} ${values.path}`, async () => {
        open({ maxAttempts: 2 });
        world.s3.hook({ error: slowDown });
        (await core.failure(verb, values)).code.should.match(/^(SlowDown|ServiceUnavailable)$/);
        world.s3.requests.length.should.equal(2);
      });
    }

    for (const error of [slowDown, { code: "TooManyRequests", status: 429 }]) {
      it(`lists on when a page is refused with ${error.code} again and again`, async () => {
        open();
        world.s3.hook({ operation: "ListObjectsV2", skip: 1, times: 4, error });
        paths((await core.run("list", { path: "logs" })).result).should.eql(names);
        asked("ListObjectsV2").length.should.equal(3 + 4);
      });
    }

    it("lists on where pages come side by side", async () => {
      open();
      world.s3.setLatency(({ operation }) => (operation === "ListObjectsV2" ? 60 : 0));
      world.s3.hook(({ operation, query }) =>
        operation === "ListObjectsV2" && query["max-keys"] === undefined ? { query: { "max-keys": "20" } } : undefined,
      );
      let count = 0;
      let refused = 0;
      world.s3.hook(({ operation, attempt }) => {
        if (operation !== "ListObjectsV2" || ++count <= 20 || count > 60 || attempt > 3) return undefined;
        refused++;
        return { error: slowDown };
      });
      paths((await core.run("list", { path: "logs", recurse: true })).result).should.eql(names);
      world.s3.maxInFlight.should.be.above(2);
      refused.should.be.above(10);
    });

    it("purges on when a page is refused again and again", async () => {
      open();
      world.s3.hook({ operation: "ListObjectsV2", skip: 1, times: 4, error: slowDown });
      const { result } = await core.run("purge", { path: "logs", force: true });
      result.should.eql({ path: "logs", dryRun: false, deleted: 2500, bytes: 2500, failed: [] });
      world.s3.keys("bucket").should.eql([]);
    });

    it("counts on in a dry run", async () => {
      open();
      world.s3.hook({ operation: "ListObjectsV2", skip: 1, times: 4, error: slowDown });
      (await core.run("purge", { path: "logs" })).result.should.containEql({ matched: 2500 });
    });

    it("looks on at what an array or a listing names", async () => {
      open();
      for (const [verb, values] of [
        ["delete", { path: names.slice(0, 100) }],
        ["purge", { path: "logs", from: "listing", listing: names.slice(100, 200), force: true }],
        ["list", { path: "logs", from: "listing", listing: names.slice(200, 300) }],
      ] as const) {
        // Of a HEAD the store tells nothing but 503.
        world.s3.hook({ operation: "HeadObject", skip: 20, times: 40, error: slowDown });
        const { result } = await core.run(verb, values);
        (verb === "list" ? result.length : result.deleted).should.equal(100);
        world.s3.hooks.length = 0;
      }
    });

    it("adds metadata and tags to the end", async () => {
      open();
      world.s3.hook({ operation: ["HeadObject", "GetObjectTagging"], skip: 5, times: 16, error: slowDown });
      const listed = await core.run("list", { path: "logs", includeMetadata: true, includeTags: true, filter: "*11" });
      listed.result.length.should.equal(25);
      for (const entry of listed.result) entry.should.have.properties(["contentType", "metadata", "tags"]);
    });

    it("reads a listing a second time", async () => {
      open();
      world.s3.put("bucket", "list.txt", names.slice(0, 300).join("\n"));
      world.s3.hook({ operation: "GetObject", skip: 1, times: 4, error: slowDown });
      const { result } = await core.run("delete", { listing: "list.txt" });
      result.should.containEql({ deleted: 300, missing: 0 });
    });

    const begun = [
      ["list", { path: "logs" }],
      ["purge", { path: "logs", force: true }],
      ["delete", { path: names.slice(0, 10) }],
      ["purge", { path: "logs", from: "listing", listing: names.slice(10, 20), force: true }],
      ["delete", { listing: "list.txt" }],
    ] as const;

    for (const [verb, values] of begun) {
      it(`waits for a store that throttles from the first: ${verb} ${Object.keys(values)}`, async () => {
        open();
        world.s3.put("bucket", "list.txt", names.slice(20, 30).join("\n"));
        // Of a HEAD it tells nothing but 503, and what its answers are called.
        world.s3.hook({ times: 5, error: slowDown });
        const { result } = await core.run(verb, values);
        (verb === "list" ? result.length : result.deleted).should.be.above(9);
      });

      it(`gives up where it does nothing else for the timeout: ${verb} ${Object.keys(values)}`, async () => {
        // Far longer than a busy machine stands still: that would be a Timeout.
        open({ timeout: 2 });
        world.s3.hook({ error: slowDown });
        (await core.failure(verb, values)).code.should.match(/^(SlowDown|ServiceUnavailable)$/);
        const asked = world.s3.requests.map(({ operation, key }) => `${operation} ${key}`);
        new Set(asked).size.should.be.below(asked.length);
        asked.length.should.be.below(200);
      });

      it(`gives up at once where whoever refuses from the first is no store: ${verb} ${Object.keys(values)}`, async () => {
        open();
        // Such as a proxy that knows of none, at an endpoint that is wrong.
        const headers = { "x-amz-request-id": undefined, "x-amz-id-2": undefined };
        world.s3.hook({ error: slowDown, headers, body: "<html>503 Service Unavailable</html>" });
        (await core.failure(verb, values)).code.should.equal("ServiceUnavailable");
        // One for each key that is looked at side by side.
        world.s3.requests.length.should.be.within(1, 10);
        new Set(world.s3.requests.map(({ key }) => key)).size.should.equal(world.s3.requests.length);
      });
    }

    it("waits for the first deletion too", async () => {
      open();
      world.s3.hook({ operation: "DeleteObjects", times: 5, error: slowDown });
      (await core.run("purge", { path: "logs", force: true })).result.should.containEql({ deleted: 2500, failed: [] });
    });

    it("gives up in the end, and says what was done", async () => {
      open({ timeout: 0.1 });
      world.s3.hook({ operation: "ListObjectsV2", skip: 2, error: slowDown });
      const error = await core.failure("purge", { path: "logs", force: true });
      error.code.should.equal("SlowDown");
      error.result.should.containEql({ deleted: 2000, bytes: 2000 });
      error.message.should.match(/2000 objects were deleted before/);
      world.s3.keys("bucket").length.should.equal(500);
      asked("ListObjectsV2").length.should.be.above(3);
    });

    it("takes any other error as before", async () => {
      open();
      for (const error of ["InternalError", "AccessDenied", { code: "BadGateway", status: 502 }]) {
        world.s3.clear();
        world.s3.hooks.length = 0;
        world.s3.hook({ operation: "ListObjectsV2", skip: 1, error });
        await core.failure("list", { path: "logs" });
        asked("ListObjectsV2").length.should.equal(2);
      }
    });

    it("ends where it is told to stop, and sends nothing more", async () => {
      open();
      world.s3.hook({ operation: "ListObjectsV2", skip: 2, error: slowDown });
      const stop = new AbortController();
      Object.assign(core.context, { stop: stop.signal });
      const purging = core.run("purge", { path: "logs", force: true });
      while (asked("ListObjectsV2").length < 5) await pause(5);
      stop.abort();
      const { result } = await purging;
      result.should.containEql({ deleted: 2000, stopped: true });
      const { length } = world.s3.requests;
      await pause(500);
      world.s3.requests.length.should.equal(length);
    });

    it("ends when the connection closes, and sends nothing more", async () => {
      open();
      world.s3.hook({ operation: "ListObjectsV2", skip: 1, error: slowDown });
      const listing = outcomeOf(() => core.run("list", { path: "logs" }));
      while (asked("ListObjectsV2").length < 4) await pause(5);
      await core.close();
      String(await listing).should.equal("Aborted");
      const { length } = world.s3.requests;
      await pause(500);
      world.s3.requests.length.should.equal(length);
    });
  });
});
