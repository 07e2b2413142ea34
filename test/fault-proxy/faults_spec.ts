import { DeleteObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import should from "should";
import type { Fault } from "../../dev/fault-proxy";
import { bucket, codeOf, useProxy } from "./support";

const body = Buffer.alloc(500_000, "0123456789");

describe("the fault proxy", () => {
  const world = useProxy();
  const fault = (what: Fault) => world.proxy.setPlan(() => what);
  const timed = async (work: Promise<unknown>): Promise<number> => {
    const start = performance.now();
    await work;
    return performance.now() - start;
  };
  /** The head and as much of the body as comes before the connection ends. */
  const rawGet = async () => {
    world.s3.createBucket({ name: "open", public: true });
    world.s3.put("open", "a", body);
    const text = await world.raw("GET /open/a HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    const end = text.indexOf("\r\n\r\n") + 4;
    return { head: text.slice(0, end), body: text.slice(end) };
  };

  it("delays a request, and an answer", async () => {
    fault({ delay: 100 });
    (await timed(world.put("a", "x"))).should.be.aboveOrEqual(99);
    let done = 0;
    world.s3.hook(() => {
      done = performance.now();
      return undefined;
    });
    fault({ delayAfter: 100 });
    await world.put("a", "x");
    (performance.now() - done).should.be.aboveOrEqual(99);
  });

  it("throttles either body", async () => {
    fault({ rate: 2_000_000 });
    (await timed(world.put("a", body))).should.be.aboveOrEqual(240);
    (await timed(world.get("a"))).should.be.aboveOrEqual(240);
    (await world.get("a")).equals(body).should.be.true();
  });

  it("resets a connection before the server hears of the request", async () => {
    fault({ reset: true });
    (await codeOf(world.put("a", "x"))).should.equal("ECONNRESET");
    world.s3.requests.should.be.empty();
  });

  it("cuts a request's body off, for the server too", async () => {
    fault({ resetAfter: 200_000 });
    (await codeOf(world.put("a", body))).should.match(/ECONNRESET|EPIPE/);
    while (world.s3.inFlight > 0 || world.s3.requests.length === 0)
      await new Promise((resolve) => setTimeout(resolve, 2));
    should(world.s3.requests[0]?.received).be.belowOrEqual(200_000);
    should(world.s3.get(bucket, "a")).be.undefined();
    should(world.proxy.log[0]).containEql({ received: 200_000, status: 0 });
  });

  it("leaves a body alone that is shorter than that", async () => {
    fault({ resetAfter: 1_000_000 });
    await world.put("a", body);
  });

  it("cuts an answer off after its head and so many bytes", async () => {
    fault({ cut: 1234 });
    const { head, body: came } = await rawGet();
    head.should.match(/^HTTP\/1\.1 200 OK\r\n/).and.match(/content-length: 500000/i);
    came.should.have.length(1234);
    should(world.proxy.log[0]).containEql({ status: 200, sent: 1234 });
  });

  it("stalls after an answer's head, or its first bytes", async () => {
    for (const stallAfter of [0, 1234]) {
      fault({ stallAfter });
      world.proxy.clear();
      const rest = rawGet();
      while (world.proxy.log[0]?.sent !== stallAfter || !world.proxy.log[0].status)
        await new Promise((resolve) => setTimeout(resolve, 2));
      const ended = await Promise.race([rest, new Promise((resolve) => setTimeout(resolve, 100, "no"))]);
      should(ended).equal("no");
      await world.proxy.refuse();
      await world.proxy.accept();
      const { body: came } = await rest;
      came.should.have.length(stallAfter);
    }
  });

  for (const handle of [false, true]) {
    it(`never answers, and the server ${handle ? "has carried it out" : "knows nothing of it"}`, async () => {
      fault({ stall: true, handle });
      const sent = codeOf(world.put("a", "x"));
      while (handle ? world.s3.keys(bucket).length === 0 : world.proxy.log.length === 0)
        await new Promise((resolve) => setTimeout(resolve, 2));
      const ended = await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 100, "no"))]);
      should(ended).equal("no");
      world.s3.keys(bucket).should.have.length(handle ? 1 : 0);
      await world.proxy.refuse();
      (await sent).should.equal("ECONNRESET");
    });
  }

  it("drops the answer to what was carried out", async () => {
    fault({ drop: true });
    (await codeOf(world.put("a", "x"))).should.equal("ECONNRESET");
    world.s3.keys(bucket).should.eql(["a"]);
    should(world.proxy.log[0]).containEql({ status: 0, sent: 0 });
  });

  it("answers an error in the server's place, or after the deed", async () => {
    fault({ error: "SlowDown" });
    (await codeOf(world.put("a", "x"))).should.equal("SlowDown");
    world.s3.requests.should.be.empty();
    fault({ error: { code: "InternalError", status: 500 }, handle: true });
    (await codeOf(world.put("a", "x"))).should.equal("InternalError");
    world.s3.keys(bucket).should.eql(["a"]);
    should(world.proxy.log.map(({ status }) => status)).eql([503, 500]);
  });

  it("puts another status, header and body in the place of the answer's", async () => {
    fault({ status: 202, headers: { "X-More": "1", ETag: undefined }, body: (bytes) => `${bytes.length} bytes` });
    const { head, body: came } = await rawGet().then(
      (told) => told,
      () => ({ head: "", body: "" }),
    );
    head.should
      .match(/^HTTP\/1\.1 202 /)
      .and.match(/x-more: 1/i)
      .and.match(/content-length: 12\r/i);
    head.should.not.match(/etag/i);
    came.should.equal("500000 bytes");
    fault({ handle: false, body: "<html></html>" });
    world.s3.clear();
    (
      await codeOf(
        world.client.send(new ListObjectsV2Command({ Bucket: bucket })).then(({ KeyCount }) => {
          // The SDK takes it for an empty listing.
          throw Object.assign(new Error(), { code: String(KeyCount) });
        }),
      )
    ).should.equal("undefined");
    world.s3.requests.should.be.empty();
  });

  it("sends a request twice, and gives the second answer", async () => {
    fault({ duplicate: true });
    (await codeOf(world.put("a", "x", { IfNoneMatch: "*" }))).should.equal("PreconditionFailed");
    world.s3.requests.map(({ status }) => status).should.eql([200, 412]);
    should(world.s3.get(bucket, "a")?.body.toString()).equal("x");
    await world.client.send(new DeleteObjectCommand({ Bucket: bucket, Key: "a" }));
    world.s3.keys(bucket).should.be.empty();
  });

  it("refuses connections for a while, and those that are open are reset", async () => {
    world.s3.hook({ stall: true, times: 1 });
    const waiting = codeOf(world.put("a", "x"));
    while (world.s3.inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    world.proxy.setPlan(({ key }) => (key === "b" ? { refuse: 300 } : undefined));
    (await codeOf(world.put("b", "x"))).should.equal("ECONNRESET");
    (await waiting).should.equal("ECONNRESET");
    (await codeOf(world.put("c", "x"))).should.equal("ECONNREFUSED");
    for (let open = false; !open; )
      open = await world.put("c", "x").then(
        () => true,
        () => false,
      );
    world.s3.keys(bucket).should.eql(["c"]);
  });

  it("refuses until it is told to accept again", async () => {
    await world.proxy.refuse();
    (await codeOf(world.put("a", "x"))).should.equal("ECONNREFUSED");
    await world.proxy.accept();
    await world.put("a", "x");
  });
});
