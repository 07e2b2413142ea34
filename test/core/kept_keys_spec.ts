import "should";
import { setTimeout as pause } from "node:timers/promises";
import { type Identity, keepKeys } from "../../src/core/kept-keys";

describe("temporary keys", () => {
  /** A place that gives keys for so many ms, and fails where it is told to. */
  const place = (lifeMs: number | undefined, takesMs = 1, limitMs = 60_000) => {
    const place = { asked: 0, takes: takesMs, fails: false, failures: [] as (number | undefined)[] };
    const keys = keepKeys(
      async () => {
        const n = ++place.asked;
        await pause(place.takes, undefined, { ref: false });
        if (place.fails) throw new Error("the place is closed");
        const identity: Identity = { accessKeyId: `key ${n}`, secretAccessKey: "s" };
        return lifeMs === undefined ? identity : { ...identity, expiration: new Date(Date.now() + lifeMs) };
      },
      (_error, until) => place.failures.push(until),
      limitMs,
    );
    return { place, keys, key: async () => (await keys.get()).accessKeyId };
  };

  it("are got once for all that ask", async () => {
    const { place: one, key } = place(60_000, 20);
    const all = await Promise.all(Array.from({ length: 100 }, key));
    all.should.matchEach("key 1");
    (await key()).should.equal("key 1");
    one.asked.should.equal(1);
  });

  it("that have no end are kept for ever", async () => {
    const { place: one, keys, key } = place(undefined);
    for (let n = 0; n < 3; n++) (await key()).should.equal("key 1");
    one.asked.should.equal(1);
    keys.generation.should.equal(1);
  });

  it("are got anew before they end, once, and nobody waits for that", async () => {
    const { place: one, key } = place(1200, 100);
    await key();
    await pause(850);
    const before = performance.now();
    (await Promise.all(Array.from({ length: 50 }, key))).should.matchEach("key 1");
    (performance.now() - before).should.be.below(80);
    one.asked.should.equal(2);
    await pause(150);
    (await key()).should.equal("key 2");
  });

  it("that end at once are waited for", async () => {
    const { place: one, key } = place(1100, 30);
    await key();
    await pause(1200);
    (await Promise.all([key(), key()])).should.eql(["key 2", "key 2"]);
    one.asked.should.equal(2);
  });

  it("go on while they are good when no others can be had, and are asked for no more than every ten seconds", async () => {
    const { place: one, key } = place(1500);
    await key();
    one.fails = true;
    await pause(1050);
    for (let n = 0; n < 5; n++) {
      (await key()).should.equal("key 1");
      await pause(20);
    }
    one.asked.should.equal(2);
    one.failures.should.have.length(1);
    (one.failures[0] as number).should.be.above(Date.now());
    await pause(400);
    // They are over: now it is an error, until there are some again.
    await key().should.be.rejectedWith("the place is closed");
    (one.failures.at(-1) === undefined).should.be.true();
    one.fails = false;
    (await key()).should.equal("key 4");
  });

  it("are asked for again when the store does not take them, but not again and again", async () => {
    const { keys, key } = place(60_000);
    keys.drop().should.be.false();
    await key();
    const { generation } = keys;
    keys.drop().should.be.true();
    keys.generation.should.not.equal(generation);
    (await key()).should.equal("key 2");
    keys.drop().should.be.false();
    (await key()).should.equal("key 2");
  });

  it("of a place that hangs are given up, for all that wait, and asked for anew", async () => {
    const { place: one, key } = place(undefined, 3_600_000, 50);
    for (const outcome of await Promise.allSettled([key(), key()]))
      String(outcome.status === "rejected" && outcome.reason.code).should.equal("Timeout");
    one.takes = 1;
    (await key()).should.equal("key 2");
    one.failures.should.have.length(1);
  });

  it("go on while they are good when the place hangs", async () => {
    const { place: one, key } = place(3000, 1, 50);
    await key();
    one.takes = 3_600_000;
    await pause(2750);
    (await key()).should.equal("key 1");
    (one.failures[0] as number).should.be.above(Date.now());
  });

  it("go on when the store does not take them and no others can be had, since another bucket may take them", async () => {
    for (const life of [undefined, 60_000]) {
      const { place: one, keys, key } = place(life);
      await key();
      one.fails = true;
      keys.drop().should.be.true();
      for (let n = 0; n < 3; n++) (await key()).should.equal("key 1");
      one.asked.should.equal(2);
      (one.failures[0] as number).should.be.above(Date.now());
    }
  });

  it("are dropped ever less often where no others are taken either", async () => {
    const { place: one, keys, key } = place(undefined);
    const { now } = Date;
    try {
      await key();
      for (const end = now() + 3_600_000; Date.now() < end; ) {
        const at = Date.now() + 1000;
        Date.now = () => at;
        keys.drop();
        await key();
      }
      one.asked.should.be.within(10, 20);
      // After some peace, they are asked for as soon as at first.
      const later = Date.now() + 900_000;
      Date.now = () => later;
      keys.drop().should.be.true();
      Date.now = () => later + 11_000;
      keys.drop().should.be.true();
    } finally {
      Date.now = now;
    }
  });

  it("that are over by a clock that is ahead are not asked for with every request", async () => {
    const { place: one, key } = place(-3_600_000);
    for (let n = 0; n < 20; n++) (await key()).should.equal("key 1");
    one.asked.should.equal(1);
  });
});
