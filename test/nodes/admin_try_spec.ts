import "should";
import { formFields, postAdmin } from "../support/admin";
import { type Bench, deploy } from "../support/bench";
import { must } from "../support/must";
import { useFreshServer } from "../support/server";

/** What the forms send: all fields, as they stand there. */
describe("the route that tries a connection", () => {
  const world = useFreshServer({ buckets: ["bucket", "other"] });
  let bench: Bench;
  const start = async (connection: object = {}, credentials: Record<string, string> = {}) => {
    bench = await deploy("read", {}, { server: world.s3, connection: { ...connection }, credentials });
  };
  const fields = (more: object = {}) => formFields(world.s3, more);
  const post = (body: unknown, signal?: AbortSignal) =>
    postAdmin("/amazon-s3/connection/try", body, signal ? { signal } : {});
  const tried = async (more: object = {}, probe?: unknown) => {
    const { status, body } = await post({ id: "s3", fields: fields(more), probe });
    status.should.equal(200);
    return body.findings.map(({ step, verdict, says }: Record<string, string>) => `${step}: ${verdict} ${says}`);
  };
  const refused = async (body: unknown, status: number) => {
    world.s3.clear();
    const answer = await post(body);
    answer.status.should.equal(status);
    world.s3.requests.should.have.length(0);
    return status === 200 ? answer.body.refused : answer.body;
  };
  afterEach(() => bench.close());

  it("tries what stands in the form, with the deployed secret where it was not touched", async () => {
    await start({ endpoint: "http://127.0.0.1:9" }, { bucket: "nowhere" });
    (await tried())
      .slice(0, 5)
      .should.eql([
        "endpoint: yes reached",
        "keys: yes acceptedAs",
        "bucket: yes foundIn",
        "list: yes may",
        "read: yes may",
      ]);
    (await tried({ secretKey: "wrong" }))[1].should.equal("keys: no wrongSecret");
    (await tried({ bucket: "other" }))[2].should.equal("bucket: yes foundIn");
  });

  it("writes only when it is told to", async () => {
    await start();
    for (const probe of [undefined, false, "true", 1]) await tried({}, probe);
    world.s3.requests.some(({ method }) => method === "PUT").should.be.false();
    (await tried({}, true)).slice(-2).should.eql(["write: yes may", "delete: yes may"]);
  });

  it("changes nothing of the deployed connection", async () => {
    await start();
    await tried({ bucket: "other", region: "eu-west-1" });
    bench.find("s3").connection.settings.should.containEql({ bucket: "bucket", region: world.s3.region });
  });

  it("takes what stands for an environment variable", async () => {
    process.env.AMAZON_S3_SPEC_KEY = world.s3.accessKey;
    try {
      await start();
      (await tried({ accessKey: `\${AMAZON_S3_SPEC_KEY}` }))[1].should.equal("keys: yes acceptedAs");
    } finally {
      delete process.env.AMAZON_S3_SPEC_KEY;
    }
    const body = await refused({ id: "s3", fields: fields({ accessKey: `\${AMAZON_S3_SPEC_KEY}` }) }, 200);
    body.code.should.equal("NoConnection");
    body.message.should.match(/AMAZON_S3_SPEC_KEY, which is not set/);
  });

  it("wants the secret again of a connection that is not deployed, and gives none of another node away", async () => {
    await start();
    for (const id of ["new", "node"]) {
      const { code, message } = await refused({ id, fields: fields() }, 200);
      code.should.equal("NoConnection");
      message.should.match(/Secret key is not known yet: type it again, or deploy first/);
    }
    const { body } = await post({ id: "new", fields: fields({ secretKey: world.s3.secretKey }) });
    body.findings[1].says.should.equal("acceptedAs");
  });

  for (const [what, body, pattern, status = 200] of [
    ["an endpoint that is none", { endpoint: "no url" }, /endpoint "no url" is no URL/],
    ["a region that is none", { region: "eu west" }, /region "eu west" is no region/],
    ["a missing region", { region: "" }, /Region is empty/],
    ["a missing key", { accessKey: "" }, /Access key is empty/],
    ["a TLS configuration that is not deployed", { tls: "gone" }, /TLS configuration is missing/],
    ["an object for a text", { region: { a: 1 } }, /region must be a text/, 400],
    ["a text without end", { region: "x".repeat(20_001) }, /region is too long/, 400],
  ] as const) {
    it(`refuses ${what}, before anything is sent`, async () => {
      await start();
      const { message } = await refused({ id: "s3", fields: fields(body) }, status);
      message.should.match(pattern);
    });
  }

  it("refuses what is no form", async () => {
    await start();
    for (const body of [
      {},
      [],
      { id: 1 },
      { id: "s3" },
      { id: "s3", fields: null },
      { id: "x".repeat(201), fields: {} },
    ])
      (await refused(body, 400)).code.should.equal("InvalidParameter");
    (await refused({ id: "s3", fields: { name: "x".repeat(101_000) } }, 413)).message.should.match(/too large/);
  });

  it("refuses what a form on a page elsewhere could make a browser send", async () => {
    await start();
    const form = new URLSearchParams({ id: "s3" });
    for (const [name, value] of Object.entries(fields())) form.set(`fields[${name}]`, String(value));
    const sendable = ["application/x-www-form-urlencoded", "text/plain", "multipart/form-data; boundary=x"];
    for (const contentType of sendable) {
      for (const body of [form.toString(), JSON.stringify({ id: "s3", fields: fields() })]) {
        const { status } = await postAdmin("/amazon-s3/connection/try", body, { contentType });
        status.should.equal(415);
      }
    }
    world.s3.requests.should.have.length(0);
  });

  it("tells nobody to keep its answers, and shows no secret in any", async () => {
    await start({}, { secretKey: "canary-secret", sessionToken: "canary-token" });
    for (const more of [{}, { sessionToken: "__PWRD__" }, { endpoint: "canary-secret" }]) {
      const { text, headers } = await post({ id: "s3", fields: fields(more) });
      must(headers.get("cache-control")).should.equal("no-store");
      if (!("endpoint" in more)) text.should.not.match(/canary/);
    }
  });

  it("ends within the connection's timeout, also where the service that gives temporary keys never answers", async () => {
    await start();
    world.s3.hook({ stall: true });
    const role = { auth: "role", roleArn: "arn:aws:iam::123456789012:role/reader", stsEndpoint: world.s3.endpoint };
    const { body } = await post({ id: "s3", fields: fields({ ...role, timeout: "0.5" }) });
    body.findings[1].says.should.equal("noRole");
    world.s3.requests.should.have.length(1);
  });

  it("stops when nobody waits for the answer any more", async () => {
    await start();
    world.s3.hook({ stall: true });
    const job = new AbortController();
    const waiting = post({ id: "s3", fields: fields() }, job.signal);
    while (world.s3.inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    job.abort();
    await waiting.should.be.rejectedWith({ name: "AbortError" });
    while (world.s3.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
  });
});
