import "should";
import { differs } from "../support/differs";
import { must } from "../support/must";
import { once } from "../support/once";
import { useStore } from "../support/world";

const large = Buffer.alloc(17 * 1024 * 1024, "new");

/** Whatever a store makes of If-Match: it is replaced if it is still the one, and left alone if it is not. */
describe("a write with If ETag is", () => {
  const world = useStore({
    buckets: [
      { name: "versioned", versioning: "Enabled" },
      { name: "suspended", versioning: "Suspended" },
    ],
  });
  const write = (bucket: string, path: string, data: unknown, ifMatch: string, conditionalWrites = "auto") =>
    once(
      "write",
      { ifMatch, ifMatchType: "str", overwrite: "true", overwriteType: "bool" },
      { path, data },
      { server: world.s3, bucket, connection: { conditionalWrites } },
    );
  const textOf = async (bucket: string, path: string) =>
    must(await world.s3.get(bucket, path))
      .body.subarray(0, 5)
      .toString();

  for (const bucket of ["bucket", "versioned", "suspended"]) {
    for (const [size, data] of [
      ["small", "newer"],
      ["in parts", large],
    ] as const) {
      it(`replaces what was read in ${bucket}, and nothing else: ${size}`, async () => {
        const path = `if-match/${size}.txt`;
        const first = await write(bucket, path, "first", "");
        const read = must(first.messages[0]).payload.etag;
        const second = await write(bucket, path, data, read);
        must(second.messages[0]).payload.written.should.be.true();
        (await textOf(bucket, path)).should.equal(data.slice(0, 5).toString());
        const third = await write(bucket, path, "third", read);
        must(third.caught).error.code.should.equal("ObjectChanged");
        (await textOf(bucket, path)).should.equal(data.slice(0, 5).toString());
        const missing = await write(bucket, `${path}.none`, data, read);
        must(missing.caught).error.code.should.equal("ObjectChanged");
        ((await world.s3.get(bucket, `${path}.none`)) === undefined).should.be.true();
      });
    }
  }

  it("is the store's to decide where it is trusted", async () => {
    const etag = must((await write("bucket", "trusted.txt", "first", "")).messages[0]).payload.etag;
    const outcome = await write("bucket", "trusted.txt", "second", etag, "trust");
    if (differs("if-match-never-holds")) must(outcome.caught).error.code.should.equal("ObjectChanged");
    else must(outcome.messages[0]).payload.written.should.be.true();
  });
});
