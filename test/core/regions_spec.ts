import "should";
import { createRegions } from "../../src/core/regions";

const answer = (Region: string, status = 400) => ({ Region, $metadata: { httpStatusCode: status } });

describe("the regions that a store tells of buckets", () => {
  const learn = (from: string, to: string, endpoint = ""): boolean =>
    createRegions({ region: from, endpoint }).learn("bucket", answer(to));

  it("stay within one partition of AWS, whose hosts they name", () => {
    learn("us-east-1", "eu-west-1").should.be.true();
    learn("cn-north-1", "cn-northwest-1").should.be.true();
    for (const [from, to] of [
      ["us-east-1", "cn-north-1"],
      ["us-east-1", "us-gov-west-1"],
      ["cn-north-1", "us-east-1"],
      ["eu-west-1", "eusc-de-east-1"],
      ["us-east-1", "us-iso-east-1"],
    ] as const)
      learn(from, to).should.be.false(`${from} ${to}`);
    learn("us-east-1", "cn-north-1", "https://store.example.com").should.be.true();
  });

  it("are learned anew when the bucket has moved, at most once in five minutes, and forgotten when it is back", () => {
    const { now } = performance;
    let later = 0;
    performance.now = () => now.call(performance) + later;
    try {
      const regions = createRegions({ region: "us-east-1", endpoint: "" });
      const where = () => regions.of("bucket") ?? "home";
      regions.isBack("bucket").should.be.false();
      regions.learn("bucket", answer("eu-west-1")).should.be.true();
      later = 299_000;
      regions.learn("bucket", answer("eu-west-2")).should.be.false();
      later = 301_000;
      regions.learn("bucket", answer("eu-west-1")).should.be.false();
      regions.learn("bucket", answer("eu-west-2")).should.be.true();
      where().should.equal("eu-west-2");
      regions.isBack("bucket").should.be.false();
      later = 602_000;
      regions.isBack("bucket").should.be.true();
      where().should.equal("home");
      later = 903_000;
      regions.learn("bucket", answer("us-east-1")).should.be.false();
      regions.learn("bucket", answer("eu-west-1")).should.be.true();
      later = 1_204_000;
      regions.learn("bucket", answer("us-east-1")).should.be.true();
      where().should.equal("home");
    } finally {
      performance.now = now;
    }
  });

  it("are learned of refusals alone, once for each bucket", () => {
    const regions = createRegions({ region: "us-east-1", endpoint: "" });
    regions.learn("bucket", answer("eu-west-1", 403)).should.be.false();
    regions.learn("bucket", answer("us-east-1")).should.be.false();
    regions.learn("bucket", answer("eu-west-1", 301)).should.be.true();
    regions.learn("bucket", answer("eu-west-2", 301)).should.be.false();
    (regions.of("bucket") ?? "").should.equal("eu-west-1");
    (regions.of("other") === undefined).should.be.true();
  });
});
