import should from "should";
import { deploy } from "../support/bench";
import { openCore } from "../support/context";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

const large = Buffer.alloc(16 * 1024 * 1024 + 1);
const tags = { stage: "test", "a b": "c+d=/@" };

/** Tags of objects in parts, which Ceph 16.2 and 18.2 drop, see test/servers.ts. */
describe("write of a large object with tags", () => {
  const world = useStore({ buckets: [{ name: "versioned", versioning: "Enabled" }] });
  const write = (payload: object, bucket = "bucket", conditionalWrites = "auto") =>
    once("write", { tags: JSON.stringify(tags), tagsType: "json" }, payload, {
      server: world.s3,
      bucket,
      connection: { conditionalWrites },
    });
  const tagsOf = async (path: string, bucket = "bucket") => (await world.s3.get(bucket, path))?.tags;
  const sent = () =>
    world.s3.requests.map(({ operation }) => operation).filter((operation) => /Tagging|HeadObject/.test(operation));

  beforeEach(() => {
    world.s3.clear();
  });

  for (const bucket of ["bucket", "versioned"]) {
    for (const overwrite of [false, true]) {
      it(`keeps them in ${bucket}, ${overwrite ? "with" : "without"} overwrite`, async () => {
        const path = `kept-${overwrite}`;
        onlyMessage(await write({ path, data: large, overwrite }, bucket));
        must(await tagsOf(path, bucket)).should.eql(tags);
      });
    }
  }

  onlyEmbedded(needsFaults, () => {
    const dropping = () => world.embedded.hook({ operation: "CreateMultipartUpload", ignore: ["x-amz-tagging"] });
    const overwriting = (path: string, more: object = {}) => ({ path, data: large, overwrite: true, ...more });

    it("costs one look where the store keeps them, and nothing where it is trusted, or there are none", async () => {
      onlyMessage(await write(overwriting("look")));
      sent().should.eql(["HeadObject"]);
      world.s3.clear();
      onlyMessage(await write(overwriting("trusted"), "bucket", "trust"));
      const untagged = { server: world.s3, connection: { conditionalWrites: "auto" } };
      onlyMessage(await once("write", {}, overwriting("untagged"), untagged));
      sent().should.eql([]);
    });

    it("sets them where the store has dropped them, on the version that it wrote", async () => {
      dropping();
      const { payload } = onlyMessage(await write(overwriting("dropped"), "versioned"));
      const request = world.s3.requests.find(({ operation }) => operation === "PutObjectTagging");
      String(request?.query.versionId).should.equal(payload.versionId);
      must(await tagsOf("dropped", "versioned")).should.eql(tags);
    });

    it("sets them where the keys may not look", async () => {
      dropping();
      world.embedded.hook({ operation: "HeadObject", error: "AccessDenied" });
      onlyMessage(await write(overwriting("blind")));
      must(await tagsOf("blind")).should.eql(tags);
    });

    it("leaves an object alone that somebody else has put there meanwhile", async () => {
      dropping();
      world.embedded.hook(async (request) => {
        if (request.operation === "HeadObject") await world.s3.put("bucket", "theirs", "theirs");
        return undefined;
      });
      onlyMessage(await write(overwriting("theirs")));
      must(await tagsOf("theirs")).should.eql({});
      sent().should.eql(["HeadObject"]);
    });

    it("takes them to be there where nobody may see or set them", async () => {
      world.embedded.hook({ operation: ["HeadObject", "PutObjectTagging"], error: "AccessDenied" });
      onlyMessage(await write(overwriting("unseen")));
      const kept = await tagsOf("unseen");
      should(kept).eql(tags);
    });

    it("minds nothing when somebody takes the object away at once", async () => {
      dropping();
      const consumer = openCore(world.s3);
      let taken = false;
      world.embedded.hook(async (request) => {
        if (request.operation !== "HeadObject" || taken) return undefined;
        taken = true;
        await consumer.run("delete", { path: "taken", ifMissing: "ignore" });
        return undefined;
      });
      onlyMessage(await write(overwriting("taken")));
      await consumer.close();
      sent().should.not.matchAny(/Tagging/);
    });

    it("looks before another write of the key on this connection may begin", async () => {
      const config = { tags: JSON.stringify(tags), tagsType: "json" };
      const bench = await deploy("write", config, { server: world.s3, connection: { conditionalWrites: "auto" } });
      const outcomes = await Promise.all(Array.from({ length: 3 }, () => bench.send({ payload: overwriting("both") })));
      for (const outcome of outcomes) onlyMessage(outcome);
      await bench.close();
      const all = world.s3.requests.map(({ operation }) => operation);
      const ends = all.filter((operation) => /^(Complete|HeadObject)/.test(operation));
      ends.should.eql(Array.from({ length: 3 }, () => ["CompleteMultipartUpload", "HeadObject"]).flat());
    });

    it("says that the object is written when they cannot be set", async () => {
      dropping();
      world.embedded.hook({ operation: "PutObjectTagging", error: "AccessDenied" });
      const error = failure(await write(overwriting("refused")), "AccessDenied");
      error.message.should
        .match(/the object is written/)
        .and.match(/s3:PutObjectTagging and, in a bucket with versions, s3:PutObjectVersionTagging/);
      error.should.containEql({ statusCode: 403, retryable: false });
      must((await world.s3.get("bucket", "refused"))?.size).should.equal(large.length);
    });
  });
});
