import "should";
import { isThrottled, isThrottling } from "../../src/core/throttling";

describe("what counts as throttling", () => {
  const answer = (name: string, httpStatusCode: number) =>
    Object.assign(new Error("no"), { name, $metadata: { httpStatusCode } });

  for (const [code, status] of [
    ["SlowDown", 503],
    ["SlowDown", 200],
    ["RequestLimitExceeded", 400],
    ["ThrottlingException", 500],
    ["ThrottledException", 400],
    ["RequestThrottledException", 400],
    ["TooManyRequests", 429],
    ["SomethingElse", 429],
    ["ServiceUnavailable", 503],
    ["Unknown", 503],
  ] as const) {
    it(`${status} ${code}`, () => isThrottled(answer(code, status)).should.be.true());
  }

  for (const [code, status] of [
    ["ServiceUnavailable", 502],
    ["ServiceUnavailable", 504],
    ["Unknown", 502],
    ["InternalError", 500],
    ["InternalError", 503],
    ["AccessDenied", 403],
    ["NoSuchKey", 404],
  ] as const) {
    it(`not ${status} ${code}`, () => isThrottled(answer(code, status)).should.be.false());
  }

  it("a key that a report calls so", () => {
    isThrottling("SlowDown").should.be.true();
    isThrottling("ServiceUnavailable").should.be.true();
    isThrottling("InternalError").should.be.false();
    isThrottling("constructor").should.be.false();
  });

  it("nothing that is no answer", () => {
    for (const one of [undefined, null, new Error("no"), Object.assign(new Error("no"), { code: "ECONNRESET" })]) {
      isThrottled(one).should.be.false();
    }
  });
});
