import "should";
import { deploy } from "../support/bench";
import { openCore } from "../support/context";
import { must } from "../support/must";
import { useServer } from "../support/server";

describe("a reply", () => {
  const world = useServer();
  beforeEach(() => {
    world.s3.hooks.length = 0;
    world.s3.clear();
  });
  const failing = async (verb: string, values: object) => {
    const core = openCore(world.s3, { maxAttempts: 2 });
    try {
      return await core.failure(verb as never, values as never);
    } finally {
      await core.close();
    }
  };

  it("with an empty ETag proves no write", async () => {
    world.s3.hook({ operation: "PutObject", headers: { etag: '""' } });
    (await failing("write", { path: "a", data: "b", overwrite: true })).code.should.equal("InvalidResponse");
    world.s3.requests.length.should.equal(2);
  });

  it("with a body proves no write, whatever the body is", async () => {
    world.s3.hook({ operation: "PutObject", body: "please log in" });
    (await failing("write", { path: "a", data: "b", overwrite: true })).code.should.equal("InvalidResponse");
  });

  it("that is longer than any page is not read to its end", async () => {
    world.s3.hook({ operation: "ListObjectsV2", body: Buffer.alloc(64 * 1024 * 1024, " ") });
    (await failing("list", {})).message.should.match(/longer than any of S3/);
  });

  for (const status of [301, 404, 403]) {
    it(`with status ${status} and a page of HTML is none of S3, and says so`, async () => {
      const page = "<!doctype html><html><head><title>Not here</title><meta></head></html>";
      world.s3.hook({ status, body: page, headers: { "content-type": "text/html" } });
      for (const [verb, values] of Object.entries({ read: { path: "a" }, write: { path: "a", data: "b" }, list: {} })) {
        const error = await failing(verb, values);
        error.code.should.equal("InvalidResponse");
        error.message.should.match(/not one of S3/).and.match(/endpoint/);
        error.message.should.not.match(/sdk|response on|doctype/i);
      }
    });
  }

  it("with status 404 and nothing else is none of S3", async () => {
    world.s3.hook({ status: 404, body: "" });
    (await failing("list", {})).code.should.equal("InvalidResponse");
  });

  it("with a part of an object is not taken for all of it", async () => {
    world.s3.put("bucket", "a", "0123456789");
    world.s3.hook({ operation: "GetObject", status: 206, headers: { "content-range": "bytes 5-9/10" }, body: "56789" });
    const error = await failing("read", { path: "a" });
    error.code.should.equal("InvalidResponse");
    world.s3.requests.length.should.equal(2);
  });

  it("with an error that has elements of every object's names is none of S3", async () => {
    const body = "<Error><Code>AccessDenied</Code><Message>x</Message><__proto__><a>1</a></__proto__></Error>";
    world.s3.hook({ status: 403, body });
    for (const [verb, values] of Object.entries({ read: { path: "a" }, write: { path: "a", data: "b" }, list: {} })) {
      const error = await failing(verb, values);
      error.code.should.equal("InvalidResponse");
      error.message.should.match(/not one of S3/);
    }
  });

  it("with status 503 and a page of HTML is a fault that may pass", async () => {
    world.s3.hook({ operation: "GetObject", status: 503, body: "<html>busy</html>", times: 1 });
    world.s3.put("bucket", "a", "x");
    const core = openCore(world.s3, { maxAttempts: 2 });
    const { result } = await core.run("read", { path: "a" });
    await core.close();
    result.should.equal("x");
  });

  it("of an error that has no end is not kept", async () => {
    world.s3.hook({ operation: "ListObjectsV2", status: 403, body: Buffer.alloc(64 * 1024 * 1024, "x") });
    const error = await failing("list", {});
    error.code.should.equal("InvalidResponse");
    must(error.statusCode).should.equal(403);
    error.message.length.should.be.below(2000);
  });

  it("of an access point or a directory bucket is asked for by no message", async () => {
    const bench = await deploy("read", { bucket: "payload.bucket", bucketType: "msg" }, { server: world.s3 });
    for (const bucket of ["arn:aws:s3:us-west-2:123456789012:accesspoint/mine", "x--use1-az4--x-s3"]) {
      const { error } = await bench.send({ payload: { bucket, path: "a" } });
      error.code.should.equal("InvalidParameter");
      error.message.should.match(/bucket/);
    }
    world.s3.requests.should.be.empty();
    await bench.close();
  });
});
