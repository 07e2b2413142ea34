import "should";
import { pauseAfter, retryStrategy } from "../../src/core/retry";

describe("the pauses between attempts", () => {
  const gap = async (errorType: "TRANSIENT" | "THROTTLING" | "CLIENT_ERROR", hint?: Date): Promise<number> => {
    const strategy = retryStrategy({ maxAttempts: 3, timeout: 60 });
    const start = performance.now();
    const failure = { errorType, ...(hint ? { retryAfterHint: hint } : {}) };
    await strategy.refreshRetryTokenForRetry(await strategy.acquireInitialRetryToken(""), failure);
    return performance.now() - start;
  };

  it("end with the last attempt, and with what cannot pass", async () => {
    const strategy = retryStrategy({ maxAttempts: 2, timeout: 60 });
    const first = await strategy.acquireInitialRetryToken("");
    const second = await strategy.refreshRetryTokenForRetry(first, { errorType: "TRANSIENT" });
    second.getRetryCount().should.equal(1);
    await strategy.refreshRetryTokenForRetry(second, { errorType: "TRANSIENT" }).should.be.rejected();
    await strategy.refreshRetryTokenForRetry(first, { errorType: "CLIENT_ERROR" }).should.be.rejected();
    const lasting = Object.assign(new Error(), { $metadata: { httpStatusCode: 501 } });
    const refused = { errorType: "SERVER_ERROR", error: lasting } as const;
    await strategy.refreshRetryTokenForRetry(first, refused).should.be.rejected();
  });

  it("have no quota that many failures would use up", async () => {
    const strategy = retryStrategy({ maxAttempts: 2, timeout: 60 });
    const all = Array.from({ length: 1000 }, async () => {
      const token = await strategy.acquireInitialRetryToken("");
      return strategy.refreshRetryTokenForRetry(token, { errorType: "TRANSIENT" });
    });
    (await Promise.all(all)).should.have.length(1000);
  });

  it("let five attempts outlast five seconds, and take no longer than the connection waits for a store", () => {
    const four = (timeout: number, throttled: boolean): number =>
      [1, 2, 3, 4].reduce((sum, attempts) => sum + pauseAfter(attempts, timeout, throttled), 0);
    for (let round = 0; round < 1000; round++) {
      for (const throttled of [false, true]) four(60, throttled).should.be.within(5000, 9000);
      four(0.3, false).should.be.belowOrEqual(300);
      pauseAfter(1, 60).should.be.belowOrEqual(200);
      pauseAfter(100, 60).should.be.belowOrEqual(20_000);
    }
  });

  it("are drawn at random", async () => {
    const gaps = await Promise.all(Array.from({ length: 10 }, () => gap("TRANSIENT")));
    new Set(gaps.map((ms) => Math.round(ms / 5))).size.should.be.above(2);
  });

  it("are as long as the store asks for", async () => {
    (await gap("THROTTLING", new Date(Date.now() + 700))).should.be.aboveOrEqual(600);
  });
});
