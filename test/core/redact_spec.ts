import "should";
import { createHealth } from "../../src/core/health";
import { createRedactor } from "../../src/core/redact";
import { shortCode } from "../../src/core/short-code";
import { logConditions } from "../../src/node-red/log-conditions";
import { writingsOf } from "../support/writings-of";

describe("secrets in texts", () => {
  it("are taken out wherever they stand, as often as they do", () => {
    const redact = createRedactor();
    redact.add("s3cr3t/+key");
    redact("s3cr3t/+key and s3cr3t/+key, in (s3cr3t/+key)").should.equal("… and …, in (…)");
  });

  it("are taken out as a store may write them", () => {
    const redact = createRedactor();
    const secret = 's3cr3t/+"key" of a length as usual';
    redact.add(secret);
    for (const writing of writingsOf(secret)) redact(`the key ${writing} is wrong`).should.not.containEql(writing);
    for (const before of ["", "a", "ab"]) {
      const text = Buffer.from(`${before}${secret} and more`).toString("base64");
      const left = Buffer.from(redact(text).replace("…", ""), "base64").toString();
      left.should.not.containEql(secret.slice(4, 12));
    }
  });

  it("are taken out whole where one is a part of another, in whatever order they became known", () => {
    const secrets = ["storage", "storage-8QzYw2Lp4n", "my storage-8QzYw2Lp4n/1"];
    for (const order of [secrets, [...secrets].reverse()]) {
      const redact = createRedactor();
      for (const secret of order) redact.add(secret);
      for (const secret of secrets) redact(`it was ${secret}.`).should.equal("it was ….");
    }
    const redact = createRedactor();
    redact.add("storage");
    redact.renew("a role", ["storage-8QzYw2Lp4n"]);
    redact("it was storage-8QzYw2Lp4n.").should.equal("it was ….");
  });

  it("are found by their form, without being known", () => {
    const redact = createRedactor();
    const texts = [
      "GET /a?X-Amz-Signature=abcdef012345&x=1",
      "GET /a?X-Amz-Security-Token=abcdef012345",
      "x-amz-security-token: abcdef012345",
      "AWS4-HMAC-SHA256 Credential=abcdef012345/20260101/us-east-1/s3/aws4_request, Signature=abcdef012345",
    ];
    for (const text of texts) redact(text).should.not.containEql("abcdef012345");
    redact("GET /a?X-Amz-Signature=abc&x=1").should.equal("GET /a?X-Amz-Signature=…&x=1");
  });

  it("are what was signed, too, by its form, on one line or several", () => {
    const redact = createRedactor();
    for (const gap of [" ", "\n", "\r\n"]) {
      const told = [
        "AWS4-HMAC-SHA256",
        "20260101T000000Z",
        "20260101/us-east-1/s3/aws4_request",
        "abcdef012345".repeat(5),
      ];
      redact(`the string to sign was ${told.join(gap)}, it says`).should.equal(
        "the string to sign was AWS4-HMAC-SHA256 …, it says",
      );
    }
    redact("it takes AWS4-HMAC-SHA256 only").should.equal("it takes AWS4-HMAC-SHA256 only");
  });

  it("are tokens of a sign-in, too, by their form", () => {
    const redact = createRedactor();
    for (const text of [
      "Authorization: Bearer abcdef012345",
      '{"accessToken":"abcdef012345"}',
      "x-amz-sso_bearer_token: abcdef012345",
      "Action=AssumeRoleWithWebIdentity&WebIdentityToken=abcdef012345&Version=1",
      "refresh_token=abcdef012345",
      "client_secret: abcdef012345",
      "the token eyJhbGciOiJub25lIn0.abcdef012345.abcdef012345 has expired",
    ])
      redact(text).should.not.containEql("abcdef012345");
    for (const text of ["the bearer of bad news", "InvalidToken: something is wrong", "the session token has expired"])
      redact(text).should.equal(text);
  });

  it("that are had anew are known for a while, beside those that stay", () => {
    const redact = createRedactor();
    redact.add("typed-in-secret");
    redact.renew("elsewhere", ["secret-of-elsewhere"]);
    for (let n = 100; n < 120; n++) {
      redact.renew("keys", [`access-key-${n}`, undefined, `secret-key-${n}`]);
      // The same ones again push none out.
      for (let same = 0; same < 20; same++) redact.renew("keys", [`access-key-${n}`, undefined, `secret-key-${n}`]);
    }
    redact("typed-in-secret secret-of-elsewhere").should.equal("… …");
    for (let n = 112; n < 120; n++) redact(`access-key-${n} secret-key-${n}`).should.equal("… …");
    // Else each renewal would make each text slower.
    redact("secret-key-111").should.equal("secret-key-111");
  });

  it("are taken out of a code before it is cut, and no line breaks with it", () => {
    const redact = createRedactor();
    redact.add("my-secret-key-0123456789");
    const code = `${"X".repeat(45)}my-secret-key-0123456789`;
    shortCode(code, redact).should.equal("X".repeat(45));
    shortCode("A.b-c_1\nsecond line", redact).should.equal("A.b-c_1secondline");
    const health = createHealth();
    const lines: string[] = [];
    const log = (line: string): void => void lines.push(line);
    logConditions({ warn: log, log } as never, { health, redact } as never);
    health.take({ kind: "refused", code: `No\n${code}` }, { began: performance.now(), what: "/b/k", isPaced: false });
    for (let n = 0; n < 3; n++)
      health.take({ kind: "unreached", code }, { began: performance.now(), what: "/b/k", isPaced: false });
    lines.should.not.be.empty();
    lines.join("").should.not.match(/my-sec|\n/);
  });

  it("do not take words with them", () => {
    const redact = createRedactor();
    for (const short of [undefined, "", "a", "read"]) redact.add(short);
    redact("read a path").should.equal("read a path");
  });
});
