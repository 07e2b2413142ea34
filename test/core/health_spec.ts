import "should";
import { setTimeout as pause } from "node:timers/promises";
import { attemptOutcome, keysOutcome } from "../../src/core/attempt-outcome";
import { type Attempt, type Condition, createHealth, type Health } from "../../src/core/health";
import { codeOf } from "../../src/core/to-error";

const unreached = { kind: "unreached", code: "ECONNREFUSED" } as const;
const good = { kind: "good" } as const;
const throttled = { kind: "throttled", code: "SlowDown" } as const;
const refused = { kind: "refused", code: "ExpiredToken" } as const;

describe("how it stands with a connection", () => {
  let health: Health;
  let seen: string[];
  const now = () => performance.now();
  const at = (began: number, more: Partial<Attempt> = {}): Attempt => ({
    began,
    what: "/b/k",
    isPaced: false,
    ...more,
  });
  beforeEach(() => {
    health = createHealth();
    seen = [];
    health.watch(({ state }: Condition) => seen.push(state));
  });
  afterEach(() => health.close());
  const goOffline = async (): Promise<void> => {
    for (let n = 0; n < 3; n++) {
      health.take(unreached, at(now()));
      await pause(550);
    }
  };

  it("is offline when attempts fail in a row for a second, and connected again when one is good and stays so", async () => {
    await goOffline();
    seen.should.eql(["offline"]);
    health.condition.should.containEql({ state: "offline", code: "ECONNREFUSED" });
    health.take(good, at(now()));
    seen.should.eql(["offline"]);
    await pause(1100);
    seen.should.eql(["offline", "connected"]);
    health.condition.after.should.be.above(1000);
  });

  it("stays as it is when many fail at once, as of a router that starts anew", async () => {
    for (let n = 0; n < 50; n++) health.take(unreached, at(now() - 60_000));
    await pause(1100);
    health.take(good, at(now()));
    for (let n = 0; n < 2; n++) health.take(unreached, at(now()));
    seen.should.eql([]);
  });

  it("stays as it is when one of many fails, for as long as one likes", async () => {
    for (const end = now() + 2500; now() < end; await pause(20)) {
      for (const outcome of [unreached, refused]) {
        health.take(outcome, at(now()));
        for (let n = 0; n < 5; n++) health.take(good, at(now()));
      }
    }
    seen.should.eql([]);
  });

  it("is offline of attempts that have waited in vain all the time", () => {
    for (let n = 0; n < 3; n++) health.take({ kind: "unreached", code: "Timeout" }, at(now() - 60_000));
    seen.should.eql(["offline"]);
  });

  it("stays offline when a good answer is followed by failures", async () => {
    await goOffline();
    health.take(good, at(now()));
    await goOffline();
    seen.should.eql(["offline"]);
  });

  it("is refused at once, or when it was good a moment ago, of some in a row; and connected of a good one", async () => {
    health.take(refused, at(now()));
    seen.should.eql(["refused"]);
    health.take({ kind: "reached" }, at(now()));
    await pause(1100);
    seen.should.eql(["refused"]);
    health.take(good, at(now()));
    await pause(1100);
    seen.should.eql(["refused", "connected"]);
    health.take(refused, at(now()));
    health.take(refused, at(now()));
    await pause(1100);
    seen.should.have.length(2);
    health.take(refused, at(now()));
    seen.should.eql(["refused", "connected", "refused"]);
  });

  describe("tells by what", () => {
    const unknown = { kind: "refused", code: "InvalidAccessKeyId" } as const;
    const expired = { kind: "refused", code: "ExpiredToken" } as const;
    let told: (string | undefined)[];
    beforeEach(() => {
      told = [];
      health.watch(({ code }) => told.push(code));
    });

    it("it is so now, where that has changed for good; and what lasts, lasts since its beginning", async () => {
      health.take(unknown, at(now()));
      for (let n = 0; n < 6; n++) {
        await pause(300);
        health.take(expired, at(now()));
      }
      told.should.eql(["InvalidAccessKeyId", "ExpiredToken"]);
      health.condition.should.containEql({ state: "refused", code: "ExpiredToken" });
      health.take(good, at(now()));
      await pause(1100);
      health.condition.state.should.equal("connected");
      health.condition.after.should.be.above(2500);
    });

    it("it was first, where one cause follows the other in a flood", async () => {
      for (const end = now() + 3000; now() < end; await pause(20)) {
        health.take(unknown, at(now()));
        for (let n = 0; n < 5; n++) health.take(expired, at(now()));
      }
      told.should.eql(["InvalidAccessKeyId"]);
    });

    it("it was first, where each of the others is another one", async () => {
      await goOffline();
      for (const code of ["ETIMEDOUT", "ECONNRESET", "ENOTFOUND", "EPIPE"]) {
        health.take({ kind: "unreached", code }, at(now()));
        await pause(550);
      }
      told.should.eql(["ECONNREFUSED"]);
    });
  });

  describe("of a signature that does not match,", () => {
    const mismatch = Object.assign(new Error(), {
      name: "SignatureDoesNotMatch",
      $metadata: { httpStatusCode: 403 },
    });

    it("is refused at once, where the keys were never taken", () => {
      health.take(attemptOutcome(mismatch), at(now()));
      seen.should.eql(["refused"]);
    });

    it("is not, of one object, where they were: its path may be read in two ways", async () => {
      const { now: real } = performance;
      health.take(good, at(now()));
      try {
        // So that nothing was good for long.
        performance.now = () => real.call(performance) + 60_000;
        for (let n = 0; n < 4; n++) {
          health.take(attemptOutcome(mismatch), at(now(), { what: "/b/strange//key" }));
          await pause(400);
        }
        seen.should.eql([]);
        health.take(attemptOutcome(mismatch), at(now()));
        seen.should.eql(["refused"]);
      } finally {
        performance.now = real;
      }
    });

    it("is refused by the service for temporary keys, which has but one thing to ask for", () => {
      const { now: real } = performance;
      health.take(good, at(now()));
      try {
        performance.now = () => real.call(performance) + 60_000;
        health.take(keysOutcome(mismatch), at(now(), { what: "keys" }));
        seen.should.eql(["refused"]);
      } finally {
        performance.now = real;
      }
    });
  });

  it("is not refused of a clock that the SDK sets right, however many requests are under way", async () => {
    const skewed = { kind: "refused", code: "RequestTimeTooSkewed" } as const;
    for (let n = 0; n < 8; n++) health.take(skewed, at(now()));
    health.take(good, at(now()));
    seen.should.eql([]);
    for (let n = 0; n < 3; n++) {
      health.take(skewed, at(now()));
      await pause(550);
    }
    seen.should.eql(["refused"]);
  });

  it("is not offline of some that have waited in vain while others were answered", () => {
    health.take(good, at(now()));
    for (let n = 0; n < 4; n++) health.take({ kind: "unreached", code: "Timeout" }, at(now() - 60_000));
    seen.should.eql([]);
  });

  it("is offline of faults that are answered to several requests, not to one and the same", async () => {
    const fault = { kind: "unreached", code: "InternalError", alone: true } as const;
    for (let n = 0; n < 4; n++) {
      health.take(fault, at(now()));
      await pause(550);
    }
    seen.should.eql([]);
    health.take(fault, at(now(), { what: "/b/other" }));
    seen.should.eql(["offline"]);
  });

  it("is throttled of work that finds its own pace only while none of it is good", async () => {
    const paced = { isPaced: true };
    for (let n = 0; n < 4; n++) {
      health.take(throttled, at(now(), paced));
      health.take(good, at(now(), paced));
      await pause(550);
    }
    seen.should.eql([]);
    for (let n = 0; n < 3; n++) {
      health.take(throttled, at(now(), paced));
      await pause(550);
    }
    seen.should.eql(["throttled"]);
  });

  it("is throttled when that lasts, good answers between or not, and connected after ten seconds without", async () => {
    for (let n = 0; n < 3; n++) health.take(throttled, at(now()));
    seen.should.eql([]);
    await pause(1100);
    health.take(good, at(now()));
    health.take(throttled, at(now()));
    seen.should.eql(["throttled"]);
    await pause(9000);
    seen.should.eql(["throttled"]);
    await pause(1200);
    seen.should.eql(["throttled", "connected"]);
  });

  it("is told to nobody who has gone, and not after its end", async () => {
    const told: string[] = [];
    const leave = health.watch(({ state }) => told.push(state));
    leave();
    health.take(refused, at(now()));
    told.should.eql([]);
    health.take(good, at(now()));
    health.close();
    await pause(1100);
    seen.should.eql(["refused"]);
  });
});

describe("what the end of an attempt says of a connection", () => {
  const answer = (status: number, name: string) =>
    Object.assign(new Error(), { name, $metadata: { httpStatusCode: status } });
  for (const [kind, errors] of Object.entries({
    good: [
      undefined,
      answer(403, "AccessDenied"),
      answer(404, "NoSuchKey"),
      answer(404, "NotFound"),
      answer(412, "PreconditionFailed"),
    ],
    reached: [
      answer(403, "403"),
      answer(400, "400"),
      answer(400, "InvalidArgument"),
      answer(301, "PermanentRedirect"),
      answer(501, "NotImplemented"),
    ],
    throttled: [answer(503, "SlowDown"), answer(429, "429"), answer(400, "RequestLimitExceeded")],
    refused: [
      answer(403, "InvalidAccessKeyId"),
      answer(403, "SignatureDoesNotMatch"),
      answer(400, "ExpiredToken"),
      answer(403, "RequestTimeTooSkewed"),
    ],
    unreached: [
      answer(503, "ServiceUnavailable"),
      answer(503, "503"),
      answer(500, "InternalError"),
      answer(502, "502"),
      ...[
        ...["ECONNREFUSED", "ECONNRESET", "EAI_AGAIN", "ENOTFOUND", "CERT_HAS_EXPIRED", "HPE_INVALID_CONSTANT"],
        ...["EMFILE", "EADDRNOTAVAIL", "ERR_TLS_CERT_ALTNAME_INVALID", "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED"],
      ].map((code) => Object.assign(new Error(), { code })),
      Object.assign(new Error(), { name: "TimeoutError" }),
    ],
    nothing: [
      answer(200, "InvalidResponse"),
      Object.assign(new Error(), { name: "AbortError" }),
      new TypeError("x"),
      // Nothing was sent: this side is wrong.
      ...["ERR_INVALID_CHAR", "ERR_OUT_OF_RANGE"].map((code) => Object.assign(new TypeError(), { code })),
    ],
  })) {
    errors.forEach((error, at) => {
      it(`${kind}: ${error ? `${codeOf(error)} ${at}` : "a success"}`, () => {
        String(attemptOutcome(error)?.kind ?? "nothing").should.equal(kind);
      });
    });
  }

  it("of temporary keys: a refusal of any kind is one of the connection", () => {
    const none = Object.assign(new Error(), { name: "CredentialsProviderError" });
    for (const error of [answer(403, "AccessDenied"), answer(400, "MalformedPolicy"), none])
      String(keysOutcome(error)?.kind).should.equal("refused");
    // A file that the SDK was to read them from, or their token.
    const file = Object.assign(new Error(), { code: "ENOENT", syscall: "open" });
    keysOutcome(file)?.should.eql({ kind: "refused", code: "NoConnection" });
    for (const error of [answer(500, "InternalFailure"), Object.assign(new Error(), { code: "ECONNREFUSED" })])
      String(keysOutcome(error)?.kind).should.equal("unreached");
  });
});
