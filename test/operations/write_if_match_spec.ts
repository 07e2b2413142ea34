import "should";
import type { Hook } from "../../dev/s3-server/hooks";
import { type Bench, deploy, type Message } from "../support/bench";
import { must } from "../support/must";
import { useFreshServer } from "../support/server";

const large = Buffer.alloc(20 * 1024 * 1024, "new");

/** How a store treats If-Match, and whether the node trusts it to decide. */
const stores: readonly { what: string; trust: boolean; hook?: Hook }[] = [
  { what: "heeds it, and is trusted", trust: true },
  { what: "heeds it, which nobody knows", trust: false },
  { what: "ignores it", trust: false, hook: { ignore: ["if-match"] } },
  {
    what: "never takes it for met",
    trust: false,
    hook: {
      when: ({ headers, method }) => method !== "HEAD" && headers["if-match"] !== undefined,
      error: "PreconditionFailed",
    },
  },
  {
    what: "refuses it",
    trust: false,
    hook: {
      when: ({ headers, method }) => method !== "HEAD" && headers["if-match"] !== undefined,
      error: { code: "NotImplemented", extra: { Header: "If-Match" } },
    },
  },
];

describe("write with If ETag is", () => {
  const world = useFreshServer({ buckets: ["bucket"] });
  let bench: Bench;
  afterEach(() => bench.close());

  const start = async (trust: boolean) => {
    const connection = { conditionalWrites: trust ? "trust" : "auto" };
    bench = await deploy("write", { ifMatch: "payload.etag", ifMatchType: "msg" }, { server: world.s3, connection });
  };
  const write = (more: object) => bench.send({ payload: { path: "a.txt", data: "new", ...more } });
  const etagNow = () => must(world.s3.get("bucket", "a.txt")).etag.replaceAll('"', "");
  const textNow = () => must(world.s3.get("bucket", "a.txt")).body.toString();

  for (const { what, trust, hook } of stores) {
    describe(`at a store that ${what}`, () => {
      beforeEach(async () => {
        await start(trust);
        world.s3.put("bucket", "a.txt", "old");
        if (hook) world.s3.hook(hook);
      });

      for (const [size, data] of [
        ["small", "new"],
        ["in parts", large],
      ] as const) {
        it(`replaces the object that was read, ${size}`, async () => {
          const { messages } = await write({ data, etag: etagNow() });
          messages[0].payload.should.containEql({ path: "a.txt", written: true });
          messages[0].payload.etag.should.equal(etagNow());
          textNow().slice(0, 3).should.equal("new");
          if (trust) messages[0].s3.should.not.have.property("atomic");
          else messages[0].s3.atomic.should.be.false();
        });

        it(`leaves another one as it is, ${size}, and none where there is none`, async () => {
          const read = etagNow();
          world.s3.put("bucket", "a.txt", "a rival's");
          const { caught, messages } = await write({ data, etag: read });
          messages.should.be.empty();
          caught.error.should.containEql({ code: "ObjectChanged" });
          caught.error.cause.statusCode.should.equal(412);
          caught.error.message.should.match(/a\.txt/).and.match(/read it again/i);
          textNow().should.equal("a rival's");
          (await write({ path: "none.txt", data, etag: read })).caught.error.code.should.equal("ObjectChanged");
          world.s3.keys("bucket").should.eql(["a.txt"]);
          world.s3.uploads("bucket").should.have.length(0);
        });
      }
    });
  }

  it("lets one of many win who change the same object, each time anew", async () => {
    await start(false);
    world.s3.put("bucket", "a.txt", "0");
    const add = async (): Promise<void> => {
      for (;;) {
        const { etag, body } = must(world.s3.get("bucket", "a.txt"));
        const { caught } = await write({ data: String(Number(body.toString()) + 1), etag });
        if (!caught) return;
        caught.error.code.should.equal("ObjectChanged");
      }
    };
    await Promise.all(Array.from({ length: 20 }, add));
    textNow().should.equal("20");
  });

  it("takes an ETag with quotes or without, and refuses what is none before anything is sent", async () => {
    await start(true);
    world.s3.put("bucket", "a.txt", "old");
    (await write({ etag: `"${etagNow()}"` })).messages.should.have.length(1);
    world.s3.clear();
    for (const etag of ["*", 'W/"a b"', "ä"]) {
      const { caught } = await write({ etag });
      caught.error.should.containEql({ code: "InvalidParameter" });
      caught.error.message.should.match(/ifMatch/);
    }
    const many = await bench.send({ payload: { path: "a/", data: [{ path: "b", data: "c" }], etag: etagNow() } });
    must(many.caught as Message).error.message.should.match(/ifMatch goes with a single object/);
    world.s3.requests.should.have.length(0);
  });

  for (const trust of [true, false]) {
    it(`tells of a bucket that is missing as of that, ${trust ? "decided by the store" : "with a look"}`, async () => {
      await start(trust);
      world.s3.put("bucket", "a.txt", "old");
      const etag = etagNow();
      await bench.close();
      const connection = { conditionalWrites: trust ? "trust" : "auto" };
      const config = { ifMatch: "payload.etag", ifMatchType: "msg", bucket: "missing", bucketType: "str" };
      bench = await deploy("write", config, { server: world.s3, connection });
      (await write({ etag })).caught.error.code.should.equal("NoSuchBucket");
    });
  }

  it("without one replaces whatever Overwrite allows", async () => {
    await start(true);
    world.s3.put("bucket", "a.txt", "old");
    (await write({ overwrite: true })).messages[0].payload.written.should.be.true();
    (await write({})).caught.error.code.should.equal("ObjectExists");
  });
});
