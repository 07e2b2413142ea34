import "should";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { type Bench, deploy } from "../support/bench";
import { failure, onlyMessage } from "../support/once";

const there = "eu-west-1";

describe("a bucket in another region than the connection", () => {
  let server: S3Server;
  let bench: Bench;
  const start = async (strictRegion: boolean | "redirect", verb = "read", connection: object = {}): Promise<void> => {
    const buckets = [
      { name: "bucket", region: there },
      { name: "third", region: "ap-south-1" },
    ];
    server = await startS3Server({ region: "us-east-1", strictRegion, buckets });
    for (const bucket of ["bucket", "third"]) server.put(bucket, "a.txt", bucket);
    bench = await deploy(verb, {}, { server, connection: { ...connection } });
  };
  afterEach(async () => {
    await bench.close();
    await server.close();
  });
  const refusals = (): number => server.requests.filter(({ status }) => status === 301 || status === 400).length;
  const read = (more: object = {}) => bench.send({ payload: { path: "a.txt", ...more } });

  for (const strictRegion of [true, "redirect"] as const) {
    const told = strictRegion === true ? "a refusal" : "a redirect";
    it(`is found by ${told}, which costs one request after each deploy`, async () => {
      await start(strictRegion);
      for (let round = 0; round < 5; round++) onlyMessage(await read()).payload.should.equal("bucket");
      refusals().should.equal(1);
      server.requests.should.have.length(6);
      await bench.redeploy("full", {});
      for (let round = 0; round < 5; round++) onlyMessage(await read()).payload.should.equal("bucket");
      refusals().should.equal(2);
    });

    for (const [verb, payload] of Object.entries({
      create: { path: "new" },
      delete: { path: "a.txt" },
      exist: { path: "a.txt" },
      list: {},
      purge: { path: "none/", force: true },
      write: { path: "w", data: "x" },
    })) {
      it(`is found by ${told} to ${verb}`, async () => {
        await start(strictRegion, verb);
        onlyMessage(await bench.send({ payload }));
        refusals().should.equal(1);
      });
    }
  }

  it("is told of by the status, and once by a warning", async () => {
    await start(true);
    await read();
    await read();
    bench.statuses.at(-1)?.should.containEql({ fill: "yellow", shape: "ring", text: `in ${there}` });
    const warnings = bench.logged().filter((text) => text.includes("set Region"));
    warnings.should.have.length(1);
    (warnings[0] as string).should.containEql(there);
  });

  it("is found where a refusal of HEAD tells nothing", async () => {
    await start(true, "exist");
    server.hook({ method: "HEAD", headers: { "x-amz-bucket-region": undefined } });
    for (let round = 0; round < 3; round++)
      onlyMessage(await bench.send({ payload: { path: "a.txt" } })).payload.should.be.true();
    refusals().should.equal(2);
  });

  it("is found where refusals of many HEADs at once tell nothing", async () => {
    await start(true, "delete");
    server.hook({ method: "HEAD", headers: { "x-amz-bucket-region": undefined } });
    const path = Array.from({ length: 30 }, (_, n) => `${n}`);
    for (const one of path) server.put("bucket", one, "x");
    onlyMessage(await bench.send({ payload: { path } })).payload.should.containEql({ deleted: 30 });
    server.requests.filter(({ operation }) => operation === "ListObjectsV2").should.have.length(1);
  });

  it("may be another one for each bucket, at the same time", async () => {
    await start(true);
    bench.node.should.be.ok();
    const inForm = { bucket: "payload.bucket", bucketType: "msg" };
    await bench.redeploy("full", { node: inForm });
    const names = Array.from({ length: 20 }, (_, n) => (n % 2 ? "bucket" : "third"));
    const outcomes = await Promise.all(names.map((bucket) => read({ bucket })));
    outcomes.map((outcome) => onlyMessage(outcome).payload).should.eql(names);
  });

  it("is asked at no other host than the connection's, whatever the answer names", async () => {
    await start("redirect");
    const other = await startS3Server({ buckets: ["bucket"] });
    try {
      const host = new URL(other.endpoint).host;
      server.hook({
        when: ({ headers }) => !String(headers.authorization).includes(there),
        error: { code: "PermanentRedirect", status: 301, extra: { Endpoint: host, Region: there } },
        headers: { location: other.endpoint, "x-amz-bucket-region": there },
      });
      onlyMessage(await read()).payload.should.equal("bucket");
      other.requests.should.have.length(0);
    } finally {
      await other.close();
    }
  });

  for (const region of ["evil.example/", "", "x".repeat(41), "us-east-1"]) {
    it(`is no region that an answer may name: ${JSON.stringify(region)}`, async () => {
      await start(true);
      server.hook({
        headers: { "x-amz-bucket-region": region },
        body: (body) => `${body}`.replace(/<Region>.*<.Region>/, `<Region>${region}</Region>`),
      });
      failure(await read(), "AuthorizationHeaderMalformed").message.should.match(/Set Region/);
      server.requests.should.have.length(1);
    });
  }

  for (const verb of ["read", "exist"] as const) {
    it(`is followed again by ${verb} when it has moved, and back, without a deploy`, async () => {
      await start(false, verb);
      let region = "";
      // A HEAD's refusal has no body, and here no header either.
      server.hook(({ method, headers }) =>
        String(headers.authorization).includes(`/${region}/s3/`)
          ? undefined
          : {
              error: { code: "AuthorizationHeaderMalformed", status: 400, extra: { Region: region } },
              headers: { "x-amz-bucket-region": method === "HEAD" ? undefined : region },
            },
      );
      const { now } = performance;
      try {
        let later = 0;
        performance.now = () => now.call(performance) + later;
        for (region of [there, "ap-south-1", "us-east-1", there]) {
          onlyMessage(await read());
          onlyMessage(await read());
          // A look for where it is, where a HEAD does not tell, and the refusals.
          refusals().should.be.belowOrEqual(2);
          server.clear();
          later += 301_000;
        }
        bench
          .logged()
          .filter((text) => text.includes("set Region"))
          .should.have.length(3);
      } finally {
        performance.now = now;
      }
    });
  }

  it("is followed once, and not from region to region", async () => {
    await start(true);
    let count = 0;
    server.hook(() => ({
      error: { code: "AuthorizationHeaderMalformed", status: 400, extra: { Region: `eu-west-${++count}` } },
      headers: { "x-amz-bucket-region": `eu-west-${count}` },
    }));
    failure(await read(), "AuthorizationHeaderMalformed");
    failure(await read(), "AuthorizationHeaderMalformed");
    server.requests.should.have.length(3);
  });
});
