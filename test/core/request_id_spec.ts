import "should";
import { openCore } from "../support/context";
import { useServer } from "../support/server";

describe("what a store calls its answers", () => {
  const world = useServer();
  const keyError = (): string => world.s3.secretKey;

  for (const name of ["x-amz-request-id", "x-amzn-requestid", "x-amzn-request-id"]) {
    it(`is told without secrets, from ${name}`, async () => {
      const { secretKey } = world.s3;
      world.s3.hook({ headers: { "x-amz-request-id": undefined, [name]: `one-${secretKey}` } });
      const core = openCore(world.s3);
      try {
        const { about } = await core.run("write", { path: name, data: "x" });
        String(about.requestId).should.equal("one-…");
        const error = await core.failure("read", { path: "not there" });
        String(error.requestId).should.not.containEql(secretKey);
      } finally {
        await core.close();
      }
    });
  }

  it("and the codes of single keys have none either", async () => {
    world.s3.hook({ operation: "DeleteObjects", keyError });
    const core = openCore(world.s3);
    try {
      world.s3.put("bucket", "a", "x");
      world.s3.put("bucket", "b", "x");
      const error = await core.failure("delete", { path: ["a", "b"] });
      error.result.failed.should.have.length(2);
      JSON.stringify(error.result).should.not.containEql(world.s3.secretKey);
    } finally {
      await core.close();
    }
  });
});
