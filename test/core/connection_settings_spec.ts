import should from "should";
import { startS3Server } from "../../dev/s3-server";
import { connectionSettings } from "../../src/core/connection-settings";
import { placeOf } from "../../src/node-red/field";
import { openCore } from "../support/context";

const MiB = 1024 * 1024;

describe("what a connection's form holds", () => {
  const keys = { accessKey: "AKIA1", secretKey: "secret", region: "us-east-1" };
  const refuses = (raw: Record<string, unknown>, why: RegExp): void => {
    let error: Error & { code?: string } = new Error("nothing was refused");
    try {
      connectionSettings({ ...keys, ...raw });
    } catch (thrown) {
      error = thrown as Error;
    }
    String(error.code).should.equal("NoConnection", error.message);
    error.message.should.match(why);
    error.message.length.should.be.below(600);
  };

  it("is refused with half of a character in it, which could be in no request", () => {
    refuses({ rootPath: "a\ud800" }, /rootPath has half of a character/);
    refuses({ profile: "\udc00", auth: "profile" }, /profile has half of a character/);
    connectionSettings({ ...keys, rootPath: "a😀" }).rootPath.should.equal("a😀/");
  });

  it("is refused with what cannot be in a header, and no key is told", () => {
    for (const wrong of ["AKIA\u200b1", "a\nb", "é", "a b", "\u0000"]) {
      refuses({ accessKey: wrong }, /^the connection cannot be used: Access key has a character in it that none has/);
      refuses({ sessionToken: wrong }, /^the connection cannot be used: Token has a character in it that none has/);
    }
    // A secret key is in no header.
    connectionSettings({ ...keys, secretKey: "é b" }).secretKey.should.equal("é b");
  });

  it("is taken with keys that could be in no header where they are not used", () => {
    for (const auth of ["anonymous", "default", "profile"]) {
      const left = { auth, profile: "p", accessKey: "a b", sessionToken: "é" };
      connectionSettings({ ...keys, ...left }).auth.should.equal(auth);
    }
    const role = { auth: "role", roleArn: "arn:aws:iam::111122223333:role/x" };
    connectionSettings({ ...keys, ...role, accessKey: "", secretKey: "", sessionToken: "é" }).auth.should.equal("role");
    refuses({ ...role, sessionToken: "é" }, /Token has a character/);
  });

  it("is quoted in short", () => {
    refuses({ auth: "x".repeat(MiB) }, /auth is "x{60}…"/);
    refuses({ timeout: "9".repeat(MiB) }, /timeout is "9{60}…"/);
    refuses({ region: "x".repeat(64) }, /is no region/);
    placeOf({ name: "p", declared: {} as never, type: "global", value: "x".repeat(MiB) }).length.should.equal(207);
  });

  it("is looked at at once, however long it is", () => {
    // The runner's time limit ends a spec that takes for ever.
    refuses({ endpoint: "x".repeat(MiB) }, /endpoint "x+" is no URL/);
    refuses({ endpoint: `user:password@${"x".repeat(MiB)}` }, /endpoint "…@x+" is no URL/);
  });

  it("is refused for an access point whose host would not be asked", () => {
    const bucket = "arn:aws:s3:us-east-1:123456789012:accesspoint/x";
    refuses({ bucket, endpoint: "http://127.0.0.1:9" }, /an access point has a host of its own/);
    refuses({ bucket, pathStyle: "always" }, /an access point has a host of its own/);
    connectionSettings({ ...keys, bucket }).bucket.should.equal(bucket);
  });

  it("may name a directory bucket, for which the SDK asks for a session by itself", async () => {
    const server = await startS3Server({ buckets: ["bucket"] });
    const core = openCore(server, { bucket: "bucket--use1-az4--x-s3", maxAttempts: 1 });
    try {
      const { code } = await core.failure("exist", { path: "a" });
      should(code).not.equal("TypeError");
    } finally {
      await core.close();
      await server.close();
    }
  });
});
