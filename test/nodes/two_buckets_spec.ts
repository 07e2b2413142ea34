import should from "should";
import { type Bench, deploy } from "../support/bench";
import { useServer } from "../support/server";

const fromMessage = { bucket: "payload.bucket", bucketType: "msg" };
const names = ["bucket", "other"];

describe("two buckets of one connection at once", () => {
  const world = useServer({ buckets: names });
  let bench: Bench | undefined;
  afterEach(() => bench?.close());

  it("each object is written to the bucket of its message", async () => {
    bench = await deploy("write", fromMessage, { server: world.s3 });
    const messages = Array.from({ length: 400 }, (_, n) => ({ bucket: names[n % 2], path: `w${n}`, data: `${n}` }));
    const outcomes = await Promise.all(messages.map((payload) => bench?.send({ payload })));
    outcomes.forEach((outcome, n) => {
      should(outcome?.messages[0]?.s3.bucket).equal(names[n % 2]);
    });
    world.s3.keys("bucket", "w").should.eql(messages.flatMap(({ path }, n) => (n % 2 ? [] : [path])).sort());
    world.s3.keys("other", "w").should.eql(messages.flatMap(({ path }, n) => (n % 2 ? [path] : [])).sort());
  });

  it("each object is read from the bucket of its message", async () => {
    for (const name of names) world.s3.put(name, "same.txt", name);
    bench = await deploy("read", fromMessage, { server: world.s3 });
    const wanted = Array.from({ length: 200 }, (_, n) => names[n % 2]);
    const outcomes = await Promise.all(wanted.map((bucket) => bench?.send({ payload: { bucket, path: "same.txt" } })));
    outcomes.map((outcome) => outcome?.messages[0]?.payload).should.eql(wanted);
  });

  it("each object is deleted from the bucket of its message", async () => {
    for (const name of names) world.s3.seed(name, ["d0", "d1", "d2", "d3"]);
    bench = await deploy("delete", fromMessage, { server: world.s3 });
    await Promise.all(
      ["d0", "d1", "d2", "d3"].map((path, n) => bench?.send({ payload: { bucket: names[n % 2], path } })),
    );
    world.s3.keys("bucket", "d").should.eql(["d1", "d3"]);
    world.s3.keys("other", "d").should.eql(["d0", "d2"]);
  });
});
