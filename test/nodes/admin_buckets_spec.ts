import "should";
import { formFields, postAdmin } from "../support/admin";
import { type Bench, deploy } from "../support/bench";
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
  const post = (more: object = {}) =>
    postAdmin("/amazon-s3/connection/buckets", { id: "s3", fields: formFields(world.s3, more) });

  it("gives their names, with what stands in the form", async () => {
    const { status, body } = await post({ bucket: "" });
    status.should.equal(200);
    body.should.eql({ buckets: ["archive", "bucket"] });
    world.s3.requests.map(({ operation }) => operation).should.eql(["ListBuckets"]);
  });

  it("gives a thousand at most", async () => {
    for (let n = 0; n < 1100; n++) world.s3.createBucket(`many-${n}`);
    (await post()).body.buckets.should.have.length(1000);
  });

  it("says why it cannot, and shows no secret", async () => {
    const denied = await post({ accessKey: "reader", secretKey: "reader-secret" });
    denied.status.should.equal(400);
    denied.body.code.should.equal("AccessDenied");
    denied.text.should.not.match(/reader-secret/);
    (await post({ secretKey: "canary" })).body.code.should.equal("SignatureDoesNotMatch");
    (await post({ region: "" })).body.code.should.equal("NoConnection");
  });
});
