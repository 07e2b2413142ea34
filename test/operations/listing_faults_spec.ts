import "should";
import type { HookAction, HookMatch } from "../../dev/s3-server";
import { type Core, openCore } from "../support/context";
import { numbered } from "../support/keys";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useServer } from "../support/server";

const replacing = (from: string | RegExp, to: string) => (body: Buffer) => {
  const text = body.toString();
  const spoiled = text.replace(from, to);
  if (spoiled === text) throw new Error(`nothing to replace by ${to}`);
  return spoiled;
};

/** What goes wrong with the second of three pages. `as` is the code of the error, where it is not InvalidResponse. */
const faults: Record<string, HookAction & { as?: string; onlyV2?: true }> = {
  "is empty": { body: "" },
  "is HTML": { body: "<html><body>Please sign in</body></html>" },
  "is JSON": { body: "{}" },
  "has another root element": { body: '<?xml version="1.0"?><ListAllMyBucketsResult></ListAllMyBucketsResult>' },
  "is an empty root element": {
    body: (body) => (body.includes("<ListB") ? "<ListBucketResult/>" : "<ListVersionsResult/>"),
  },
  "is an error": { error: "InternalError", status: 200 },
  "ends in the middle, with a length that fits": { body: (body) => body.subarray(0, body.length / 2) },
  "ends after an entry": { body: (body) => body.subarray(0, body.lastIndexOf("<Key>")) },
  "is cut off on the wire": { cut: 5000 },
  "lacks an entry": { body: replacing(/<Contents>.*?<\/Contents>/, ""), onlyV2: true },
  "has no count": { body: replacing(/<KeyCount>.*?<\/KeyCount>/, ""), onlyV2: true },
  "does not say whether it is the last": { body: replacing(/<IsTruncated>.*?<\/IsTruncated>/, "") },
  "is not the last and does not say where to go on": {
    body: replacing(/<(NextContinuationToken|NextKeyMarker)>.*?<\/\1>/, ""),
  },
  "goes on at an empty place": { body: replacing(/<(NextContinuationToken|NextKeyMarker)>.*?<\/\1>/, "<$1></$1>") },
  "has an entity of its own": { body: replacing("&quot;", "&secret;") },
  "defines entities": { body: replacing(/(\?>\s*)</, '$1<!DOCTYPE x [<!ENTITY a "aaaa">]><') },
  "has more after its end": { body: (body) => `${body}<html></html>` },
  "has a key that is no UTF-8": {
    body: (body) => Buffer.from(body.toString("latin1").replace("<Key>page/", "<Key>page/\xff"), "latin1"),
  },
  "is nested without end": { body: replacing("<Key>", "<Key>".repeat(100_000)) },
  "has a key that lies elsewhere": { body: replacing("<Key>page/", "<Key>elsewhere/") },
};

onlyEmbedded(needsFaults, () => {
  describe("a listing whose second page", () => {
    const world = useServer({ buckets: ["bucket", { name: "versioned", versioning: "Enabled" }] });
    const keys = numbered(2500, "page/");
    let core: Core;
    before(() => {
      world.s3.seed("bucket", keys);
      world.s3.seed("versioned", keys);
      core = openCore(world.s3, { maxAttempts: 2 });
    });
    after(() => core.close());
    beforeEach(() => world.s3.clear());
    afterEach(() => {
      world.s3.hooks.length = 0;
    });
    const second: HookMatch = {
      operation: /^List/,
      when: ({ query }) => query["continuation-token"] !== undefined || query["key-marker"] !== undefined,
    };
    // The third page begins where the second one ends, and is spoiled too; the first one is not.

    for (const [what, { as = "InvalidResponse", onlyV2, ...action }] of Object.entries(faults)) {
      it(`${what} is an error, and never a shorter list`, async () => {
        world.s3.hook({ ...second, ...action, times: 2 });
        const error = await core.failure("list", { path: "page" });
        error.code.should.equal(as);
        error.message.should.match(/page/);
        error.retryable.should.be.true();
      });

      if (!what.includes("elsewhere")) {
        it(`${what} is asked for again, and the list is whole`, async () => {
          world.s3.hook({ ...second, ...action, times: 1 });
          const { result } = await core.run("list", { path: "page" });
          result.map(({ path }: { path: string }) => path).should.eql(keys);
        });
      }

      if (!onlyV2) {
        it(`${what} stops a purge of versions`, async () => {
          world.s3.hook({ ...second, ...action, times: 2 });
          const versioned = openCore(world.s3, { bucket: "versioned", maxAttempts: 2 });
          const error = await versioned.failure("purge", { path: "page", versions: true });
          await versioned.close();
          error.code.should.equal(as);
        });
      }
    }

    it("comes first again is an error", async () => {
      const token = /<NextContinuationToken>(.*?)<\/NextContinuationToken>/;
      let first = "";
      world.s3.hook({
        operation: "ListObjectsV2",
        body(body) {
          const text = body.toString();
          first ||= token.exec(text)?.[0] ?? "";
          return text.replace(token, first);
        },
      });
      const error = await core.failure("list", { path: "page" });
      error.code.should.equal("InvalidResponse");
      world.s3.requests.length.should.be.below(10);
    });

    it("leads into a circle of five pages is an error", async () => {
      let count = 0;
      const page = () =>
        `<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated>` +
        `<NextContinuationToken>t${count++ % 5}</NextContinuationToken></ListBucketResult>`;
      world.s3.hook({
        operation: "ListObjectsV2",
        handle: false,
        error: { code: "InternalError", status: 200 },
        body: page,
      });
      const error = await core.failure("list", { path: "page" });
      error.code.should.equal("InvalidResponse");
      world.s3.requests.length.should.be.below(30);
    });

    it("lists folders outside of what was asked for is an error", async () => {
      world.s3.seed("bucket", ["apart/sub/x"]);
      world.s3.hook({ operation: "ListObjectsV2", body: replacing("<Prefix>apart/sub/", "<Prefix>other/sub/") });
      const error = await core.failure("list", { path: "apart", entries: "folders" });
      error.code.should.equal("InvalidResponse");
    });
  });
});
