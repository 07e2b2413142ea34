import "should";
import { meanings } from "../../src/core/codes";
import { S3Error, shown } from "../../src/core/error";
import { codeOf, statusOf, toS3Error } from "../../src/core/to-error";

const answered = (name: string, httpStatusCode: number, message = name) =>
  Object.assign(new Error(message), { name, $metadata: { httpStatusCode, requestId: "id-1" } });
const where = { operation: "read", bucket: "b", path: "in/a.txt" };

describe("to-error", () => {
  it("takes S3's code where there is one, and else the status", () => {
    for (const [name, status, code] of [
      ["NoSuchKey", 404, "NoSuchKey"],
      ["NotFound", 404, "NoSuchKey"],
      ["UnknownError", 403, "AccessDenied"],
      ["403", 403, "AccessDenied"],
      ["Unknown", 400, "BadRequest"],
      ["", 412, "PreconditionFailed"],
      ["Unknown", 416, "InvalidRange"],
      ["Unknown", 503, "ServiceUnavailable"],
      ["Unknown", 418, "InvalidResponse"],
      ["Unknown", 431, "RequestHeaderSectionTooLarge"],
    ] as const) {
      codeOf(answered(name, status)).should.equal(code);
    }
  });

  it("takes the system's code where no answer came, however deep it lies", () => {
    codeOf(Object.assign(new Error(), { code: "ECONNREFUSED" })).should.equal("ECONNREFUSED");
    codeOf(new Error("x", { cause: Object.assign(new Error(), { code: "ENOTFOUND" }) })).should.equal("ENOTFOUND");
    codeOf(new AggregateError([Object.assign(new Error(), { code: "EHOSTUNREACH" })])).should.equal("EHOSTUNREACH");
    codeOf(Object.assign(new Error(), { code: "ETIMEDOUT" })).should.equal("Timeout");
    codeOf(Object.assign(new Error(), { name: "TimeoutError" })).should.equal("Timeout");
    codeOf(Object.assign(new Error(), { code: "HPE_INVALID_CONSTANT" })).should.equal("InvalidResponse");
    codeOf(Object.assign(new Error(), { name: "AbortError" })).should.equal("Aborted");
  });

  it("makes an error of whatever is thrown", () => {
    for (const thrown of [undefined, null, "text", 7, {}, Object.create(null), new Error("odd")]) {
      const error = toS3Error(thrown, where);
      error.should.be.instanceOf(S3Error);
      error.code.should.be.a.String().and.not.be.empty();
      error.message.should.containEql("in/a.txt");
    }
    (statusOf(null) === undefined).should.be.true();
  });

  it("the text names operation, path and bucket, says what it means, what to do, and what the store said", () => {
    const { message } = toS3Error(answered("NoSuchKey", 404, "The specified key does not exist."), where);
    message.should.equal(
      "read in/a.txt (bucket b): there is no such object. Check the path: capitals, spaces and a leading / count. The store says: The specified key does not exist. (NoSuchKey)",
    );
  });

  it("keeps one of ours as it is, with the place added", () => {
    const ours = new S3Error("ObjectExists", "in/a.txt exists", { statusCode: 412, result: { n: 1 } });
    toS3Error(ours, where).should.match({ code: "ObjectExists", message: "in/a.txt exists", operation: "read" });
    toS3Error(ours, where).should.match({ statusCode: 412, result: { n: 1 }, path: "in/a.txt", bucket: "b" });
  });

  it("names the path in one of ours that does not", () => {
    toS3Error(new S3Error("Aborted", "stopped"), where).message.should.equal("read in/a.txt: stopped");
    toS3Error(new S3Error("X", "read (bucket b): it broke"), where).message.should.equal(
      "read in/a.txt (bucket b): it broke",
    );
    toS3Error(new S3Error("InvalidParameter", "range is odd"), where).message.should.equal(
      "range is odd (read in/a.txt)",
    );
    toS3Error(new S3Error("MissingParameter", "path is missing: …"), { operation: "read" }).message.should.equal(
      "path is missing: …",
    );
  });

  it("takes nothing from an error of the SDK but what is on the list", () => {
    const thrown = Object.assign(answered("AccessDenied", 403, "no"), {
      $response: { headers: { authorization: "secret" } },
      StringToSign: "secret",
      cause: new Error("secret"),
    });
    const error = toS3Error(thrown, where);
    const names = ["bucket", "cause", "code", "message", "operation", "path", "requestId", "retryable", "stack"];
    Object.getOwnPropertyNames(error)
      .sort()
      .should.eql([...names, "statusCode"].sort());
    JSON.stringify([error, error.cause, error.stack]).should.not.containEql("secret");
  });

  it("a retryable error says so", () => {
    toS3Error(answered("SlowDown", 503), where).retryable.should.be.true();
    toS3Error(answered("Unheard", 500), where).retryable.should.be.true();
    toS3Error(answered("AccessDenied", 403), where).retryable.should.be.false();
  });

  it("each code that is explained has a hint that is a sentence", () => {
    for (const [code, { what, hint }] of Object.entries(meanings)) {
      what.should.match(/^[^.]+$/, code);
      hint.should.match(/^[A-Z].*\.$/s, code);
    }
  });
});

describe("shown", () => {
  it("tells kind and beginning of a value, never more", () => {
    shown("x".repeat(100)).should.equal(`"${"x".repeat(60)}…"`);
    shown([1, 2]).should.equal("an array of 2");
    shown(Buffer.alloc(3)).should.equal("a Buffer of 3 bytes");
    shown({ secret: 1 }).should.equal("an object");
    shown(undefined).should.equal("undefined");
    shown(() => {}).should.equal("a function");
  });
});
