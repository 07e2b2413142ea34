import "should";
import type { HookMatch } from "../../dev/s3-server";
import { type Core, openCore } from "../support/context";
import { numbered } from "../support/keys";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useServer } from "../support/server";
import { replacing, spoiledPages } from "../support/spoiled-pages";

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

    for (const [what, { as = "InvalidResponse", onlyV2, ...action }] of Object.entries(spoiledPages)) {
      it(`${what} is an error, and never a shorter list`, async () => {
        let token: string | undefined;
        // However often it is asked for, and whatever is asked for before it is read.
        const when: HookMatch["when"] = ({ query }) => {
          token ??= query["continuation-token"];
          return token !== undefined && token === query["continuation-token"];
        };
        world.s3.hook({ operation: "ListObjectsV2", when, ...action });
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

    it("leads on for ever without an entry is an error", async () => {
      let count = 0;
      const page = () =>
        `<ListBucketResult><KeyCount>0</KeyCount><IsTruncated>true</IsTruncated>` +
        `<NextContinuationToken>t${count++}</NextContinuationToken></ListBucketResult>`;
      world.s3.hook({
        operation: "ListObjectsV2",
        handle: false,
        error: { code: "InternalError", status: 200 },
        body: page,
      });
      const error = await core.failure("list", { path: "page" });
      error.code.should.equal("InvalidResponse");
      error.message.should.match(/without an entry/);
    });

    it("lists folders outside of what was asked for is an error", async () => {
      world.s3.seed("bucket", ["apart/sub/x"]);
      world.s3.hook({ operation: "ListObjectsV2", body: replacing("<Prefix>apart/sub/", "<Prefix>other/sub/") });
      const error = await core.failure("list", { path: "apart", entries: "folders" });
      error.code.should.equal("InvalidResponse");
    });
  });
});
