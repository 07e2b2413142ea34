import "should";
import { formFields, postAdmin } from "../support/admin";
import { type Bench, deploy } from "../support/bench";
import { must } from "../support/must";
import { useFreshServer } from "../support/server";

describe("the route that lists buckets", () => {
  const world = useFreshServer({
    buckets: ["bucket", "archive"],
    users: [{ accessKey: "reader", secretKey: "reader-secret", deny: ["s3:ListAllMyBuckets"] }],
  });
  let bench: Bench;
  beforeEach(async () => {
    bench = await deploy("read", {}, { server: world.s3 });
  });
  afterEach(() => bench.close());
  const post = (more: object = {}, what: object = {}) =>
    postAdmin("/amazon-s3/connection/buckets", { id: "s3", fields: formFields(world.s3, more), ...what });
  const namesOf = ({ buckets }: { buckets: { name: string }[] }) => buckets.map(({ name }) => name);

  it("gives their names, with what stands in the form", async () => {
    const { status, body } = await post({ bucket: "" });
    status.should.equal(200);
    body.should.have.keys("buckets");
    namesOf(body).should.eql(["archive", "bucket"]);
    body.buckets[0].created.should.match(/^\d{4}-\d\d-\d\dT/);
    world.s3.requests.map(({ operation }) => operation).should.eql(["ListBuckets"]);
  });

  it("gives those of the deployed connection", async () => {
    const { status, body } = await postAdmin("/amazon-s3/deployed/buckets", { id: "s3" });
    status.should.equal(200);
    namesOf(body).should.eql(["archive", "bucket"]);
  });

  it("gives a thousand at a time", async () => {
    for (let n = 0; n < 1100; n++) world.s3.createBucket(`many-${n}`);
    const first = (await post()).body;
    first.buckets.should.have.length(1000);
    const second = (await post({}, { token: first.token })).body;
    second.should.have.keys("buckets");
    const names = [...namesOf(first), ...namesOf(second)];
    names.should.have.length(1102);
    new Set(names).size.should.equal(1102);
  });

  it("narrows by what a name begins with, also where the store does not", async () => {
    namesOf((await post({}, { starts: "ar" })).body).should.eql(["archive"]);
    must(world.s3.requests.at(-1)?.query.prefix).should.equal("ar");
    const page = `<?xml version="1.0"?><ListAllMyBucketsResult><Owner><ID>me</ID></Owner><Buckets><Bucket><Name>archive</Name></Bucket><Bucket><Name>bucket</Name></Bucket></Buckets></ListAllMyBucketsResult>`;
    world.s3.hook({ operation: "ListBuckets", body: page });
    (await post({}, { starts: "bu" })).body.should.eql({ buckets: [{ name: "bucket" }] });
  });

  it("says why it cannot, and shows no secret", async () => {
    const denied = await post({ accessKey: "reader", secretKey: "reader-secret" });
    denied.status.should.equal(200);
    denied.body.refused.code.should.equal("AccessDenied");
    denied.text.should.not.match(/reader-secret/);
    (await post({ secretKey: "canary" })).body.refused.code.should.equal("SignatureDoesNotMatch");
    (await post({ region: "" })).body.refused.code.should.equal("NoConnection");
  });
});
