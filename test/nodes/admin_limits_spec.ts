import "should";
import { formFields, postAdmin } from "../support/admin";
import { useAdminUsers } from "../support/admin-users";
import { type Bench, deploy } from "../support/bench";
import { useFreshServer } from "../support/server";

describe("what the forms may ask of the server", () => {
  const world = useFreshServer({ buckets: ["bucket"] });
  let bench: Bench;
  const routes = [
    "connection/try",
    ...["browse", "matches", "preview", "buckets"].flatMap((what) => [`connection/${what}`, `deployed/${what}`]),
  ];
  const body = (more: object = {}) => ({
    id: "s3",
    fields: formFields(world.s3),
    folder: "",
    patterns: ["*"],
    path: "a.txt",
    ...more,
  });
  const until = async (isSo: () => boolean): Promise<void> => {
    while (!isSo()) await new Promise((resolve) => setTimeout(resolve, 5));
  };
  beforeEach(async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    world.s3.put("bucket", "a.txt", "text");
    world.s3.clear();
  });
  afterEach(() => bench.close());

  it("is of a limited size, whether or not its length is told", async () => {
    const nested = `{"id":"s3","more":${"[".repeat(40_000)}${"]".repeat(40_000)}}`;
    for (const chunked of [true, false])
      for (const route of [...routes, "disk/browse"]) {
        const much = body({ more: "x".repeat(101_000) });
        const { status, body: answer } = await postAdmin(`/amazon-s3/${route}`, much, { chunked });
        status.should.equal(413, `${route} ${chunked ? "in chunks" : ""}`);
        answer.should.eql({ code: "TooLarge", message: "the request is too large" });
      }
    for (const chunked of [true, false])
      (await postAdmin("/amazon-s3/deployed/browse", nested, { chunked })).status.should.be.oneOf(200, 413);
    world.s3.clear();
    const most = body({ more: "x".repeat(95_000) });
    (await postAdmin("/amazon-s3/deployed/browse", most, { chunked: true })).status.should.equal(200);
    world.s3.requests.should.have.length(1);
  });

  for (const route of routes) {
    it(`ends at the store when nobody waits for it any more: ${route}`, async () => {
      world.s3.hook({ stall: true });
      const job = new AbortController();
      const waiting = postAdmin(`/amazon-s3/${route}`, body(), { signal: job.signal });
      await until(() => world.s3.inFlight > 0);
      job.abort();
      await waiting.should.be.rejectedWith({ name: "AbortError" });
      await until(() => world.s3.inFlight === 0);
      world.s3.requests.should.have.length(1);
    });
  }

  describe("by each user", () => {
    useAdminUsers({ anonymous: "read", one: "*", two: "*", three: "*" });
    const browse = (token: string, signal?: AbortSignal) =>
      postAdmin("/amazon-s3/deployed/browse", body(), { token, ...(signal ? { signal } : {}) });

    it("is limited at a time, so that something is left to others", async () => {
      world.s3.hook({ stall: true });
      const end = new AbortController();
      const jobs: Promise<unknown>[] = [];
      const start = async (token: string) => {
        const all = world.s3.inFlight + 6;
        for (let i = 0; i < 6; i++) jobs.push(browse(token, end.signal));
        await until(() => world.s3.inFlight === all);
        return browse(token);
      };
      const ofOne = await start("one");
      ofOne.status.should.equal(429);
      ofOne.body.should.eql({ code: "TooMany", message: "6 requests of yours are under way: wait for them" });
      (await start("two")).status.should.equal(429);
      const ofThree = await browse("three");
      ofThree.status.should.equal(429);
      ofThree.body.message.should.equal("12 requests are under way: wait for them");
      end.abort();
      await Promise.allSettled(jobs);
      await until(() => world.s3.inFlight === 0);
      world.s3.hooks.length = 0;
      for (const token of ["one", "two", "three"]) (await browse(token)).status.should.equal(200);
    });

    it("is limited in number", async () => {
      const deployed = (token?: string) => postAdmin("/amazon-s3/deployed/browse", { id: "none" }, { token });
      const askMany = async (token?: string) => {
        let answered = 0;
        let last = await deployed(token);
        for (; last.status === 404; answered++) last = await deployed(token);
        last.status.should.equal(429);
        last.body.message.should.equal("100 requests in 10 seconds are too many: wait a moment");
        answered.should.be.aboveOrEqual(100);
      };
      await askMany("one");
      (await deployed("two")).status.should.equal(404);
      await askMany();
      (await deployed("two")).status.should.equal(404);
    });
  });
});
