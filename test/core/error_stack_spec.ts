import "should";
import { S3Error } from "../../src/core/error";
import { toS3Error } from "../../src/core/to-error";

describe("the stack of an error", () => {
  it("is its sentence, without a word of where in this package it was noticed", () => {
    const thrown = Object.assign(new Error("no"), { name: "NoSuchKey", $metadata: { httpStatusCode: 404 } });
    const told = toS3Error(thrown, { operation: "read", bucket: "bucket", path: "a.txt" });
    String(told.stack).should.equal(`S3Error: ${told.message}`);
    String(new S3Error("QueueFull", "too many").stack).should.equal("S3Error: too many");
  });

  it("is kept, without secrets, where the fault is this package's", () => {
    const fault = new TypeError("the secret s3cr3t-value is no function");
    const told = toS3Error(fault, { operation: "read", redact: (text) => text.replaceAll("s3cr3t-value", "…") });
    String(told.stack).should.match(/TypeError: the secret … is no function\n +at /);
  });
});

describe("what a store says", () => {
  it("is redacted before it is cut: not half of a secret is left", () => {
    const secret = "wJalrXUtnFEMI/K7MDENG";
    const message = `${"x".repeat(290)}${secret}`;
    const thrown = Object.assign(new Error(message), { name: "AccessDenied", $metadata: { httpStatusCode: 403 } });
    const told = toS3Error(thrown, { operation: "read", redact: (text) => text.replaceAll(secret, "…") });
    told.message.should.containEql("x".repeat(290));
    told.message.should.not.containEql(secret.slice(0, 5));
  });

  it("is its first line: the others are the SDK's, for developers", () => {
    const thrown = Object.assign(new Error("bad\n  Deserialization error: inspect $response"), {
      name: "AccessDenied",
      $metadata: { httpStatusCode: 403 },
    });
    const { message } = toS3Error(thrown, { operation: "read" });
    message.should.containEql("The store says: bad");
    message.should.not.containEql("Deserialization");
  });
});
