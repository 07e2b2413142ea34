import { setTimeout as pause } from "node:timers/promises";
import should from "should";
import { randomFrom } from "../../dev/random";
import { pages, type Walk } from "../../src/core/walk";
import { openCore } from "../support/context";
import { keySets, keysOf, numbers } from "../support/key-sets";
import { inByteOrder } from "../support/keys";
import { useFreshServer } from "../support/server";

/** Entries of a page: small, so that few keys make many pages. */
const pageSize = 20;

describe("walk aside", () => {
  const world = useFreshServer();

  /** A store that is slow, and returns fewer than it is asked for. */
  const slow = (latency = 25): void => {
    world.s3.setLatency(({ operation }) => (operation === "ListObjectsV2" ? latency : 0));
    world.s3.hook(({ operation, query }) =>
      operation === "ListObjectsV2" && query["max-keys"] === undefined
        ? { query: { "max-keys": String(pageSize) } }
        : undefined,
    );
  };
  const lists = () => world.s3.requests.filter(({ operation }) => operation === "ListObjectsV2");
  const walked = async (
    walk: Partial<Walk> = {},
    each: (count: number) => unknown = () => {},
    signal?: AbortSignal,
    concurrency = 16,
  ) => {
    const core = openCore(world.s3, { maxAttempts: 2, concurrency });
    const found: string[] = [];
    let count = 0;
    try {
      const context = signal ? { ...core.context, signal } : core.context;
      for await (const { objects } of pages(context, { prefix: "", ...walk })) {
        found.push(...objects.map(({ key }) => key));
        if ((await each(++count)) === "stop") break;
      }
    } finally {
      await core.close();
    }
    return found;
  };

  for (const set of keySets) {
    it(`finds each key once: ${set}`, async () => {
      const keys = keysOf(set, randomFrom(11));
      world.s3.seed("bucket", keys);
      slow();
      (await walked()).should.eql(keys);
      if (!set.startsWith("astral")) world.s3.maxInFlight.should.be.above(3);
      const after = keys[Math.floor(keys.length / 3)] as string;
      (await walked({ startAfter: after })).should.eql(keys.slice(keys.indexOf(after) + 1));
      inByteOrder(await walked({ ordered: false })).should.eql(keys);
    });
  }

  it("finds each key once below a prefix", async () => {
    world.s3.seed("bucket", [...numbers(200, "a/"), ...numbers(1000, "b/"), ...numbers(200, "b0/")]);
    slow();
    (await walked({ prefix: "b/" })).should.eql(numbers(1000, "b/"));
    world.s3.maxInFlight.should.be.above(4);
  });

  for (const few of [1, 10, 30]) {
    it(`goes aside where all but ${few} lie in a folder further on`, async () => {
      const keys = [...numbers(few, "a/"), ...numbers(1200, "zzz/some/where/")];
      world.s3.seed("bucket", keys);
      slow();
      (await walked()).should.eql(keys);
      world.s3.maxInFlight.should.be.above(3);
    });
  }

  for (const spread of [60, 80, 100, 140]) {
    it(`goes aside in a folder behind ${spread} keys of all kinds`, async () => {
      const random = randomFrom(spread);
      const letter = (): string => String.fromCharCode(98 + Math.floor(random() * 24));
      const words = Array.from({ length: spread }, () => Array.from({ length: 6 }, letter).join(""));
      const keys = inByteOrder(new Set([...words, ...numbers(2000, "zzz/some/where/device-")]));
      world.s3.seed("bucket", keys);
      slow();
      world.s3.clear();
      (await walked()).should.eql(keys);
      world.s3.maxInFlight.should.be.above(3);
      // One page after the other, in the folder, would have a request with start-after in ten.
      lists()
        .filter(({ query }) => query["start-after"]?.startsWith("zzz/some/where/device-"))
        .length.should.be.above(15);
    });
  }

  it("goes one way in a store that knows no start-after", async () => {
    const keys = numbers(600);
    world.s3.seed("bucket", keys);
    slow();
    world.s3.hook(({ query }) =>
      query["start-after"] === undefined
        ? undefined
        : { query: { "start-after": undefined, "max-keys": query["max-keys"] ?? String(pageSize) } },
    );
    (await walked()).should.eql(keys);
    // Those that asked whether there is something further on were the only ones.
    lists()
      .filter(({ query }) => query["start-after"] && query["max-keys"] !== "1")
      .should.be.empty();
  });

  it("goes one way where pages come fast, and with a delimiter", async () => {
    const keys = numbers(600);
    world.s3.seed("bucket", [...keys, ...numbers(300, "d/", 3).map((key) => `${key}/x`)]);
    slow(0);
    await walked();
    lists()
      .filter(({ query }) => query["start-after"])
      .should.be.empty();
    world.s3.setLatency(25);
    await walked({ prefix: "d/", delimiter: "/" });
    lists()
      .filter(({ query }) => query["start-after"])
      .should.be.empty();
  });

  for (const concurrency of [3, 5, 16, 40]) {
    it(`has never more under way than ${Math.min(16, concurrency)}, of ${concurrency} that the connection may have`, async () => {
      world.s3.seed("bucket", numbers(1500));
      slow();
      (await walked({}, undefined, undefined, concurrency)).should.eql(numbers(1500));
      world.s3.maxInFlight.should.be.within(Math.min(concurrency, 8), Math.min(concurrency, 16));
    });
  }

  /** What is wrong in the middle of a page, and can be seen only when it is read. */
  const broken = (body: Buffer): string =>
    body.toString().replace("<KeyCount>20</KeyCount>", "<KeyCount>21</KeyCount>");

  for (const ordered of [true, false]) {
    it(`asks once more for pages that turn out to be none when they are read${ordered ? "" : ", in any order"}`, async () => {
      const keys = numbers(1500);
      world.s3.seed("bucket", keys);
      slow();
      let asked = 0;
      let wrong = 0;
      world.s3.hook(({ attempt, query }) => {
        if (query["max-keys"] === "1" || attempt > 1 || ++asked % 7 !== 0) return undefined;
        wrong++;
        return { body: broken };
      });
      inByteOrder(await walked({ ordered })).should.eql(keys);
      wrong.should.be.above(8);
    });
  }

  it("fails where a page stays broken", async () => {
    world.s3.seed("bucket", numbers(1500));
    slow();
    world.s3.hook(({ query }) => (query["start-after"] && query["max-keys"] !== "1" ? { body: broken } : undefined));
    const failed = await walked().then(
      () => undefined,
      (error: unknown) => error,
    );
    should(failed).have.property("name", "InvalidResponse");
  });

  it("goes one way from a second page that is not in order, and leaves nothing out", async () => {
    const keys = numbers(200);
    world.s3.seed("bucket", keys);
    slow(60);
    const backwards = (body: Buffer): string => {
      const entries = body.toString().match(/<Contents>.*?<\/Contents>/gs) ?? [];
      return body.toString().replace(entries.join(""), [...entries].reverse().join(""));
    };
    let pages = 0;
    world.s3.hook(({ query }) => (query["max-keys"] !== "1" && ++pages === 2 ? { body: backwards } : undefined));
    inByteOrder(await walked()).should.eql(keys);
    lists()
      .filter(({ query }) => query["start-after"] && query["max-keys"] !== "1")
      .should.be.empty();
  });

  it("fails as a whole, if a page anywhere fails", async () => {
    world.s3.seed("bucket", numbers(2000));
    slow();
    let asked = 0;
    world.s3.hook({
      when: ({ query }) => query["start-after"] !== undefined && query["max-keys"] !== "1" && ++asked > 5,
      error: "InternalError",
    });
    const failed = await walked().then(
      () => undefined,
      (error: unknown) => error,
    );
    should(failed).have.property("name", "InternalError");
    asked.should.be.above(5);
  });

  it("sends nothing more when it is aborted, or left", async () => {
    world.s3.seed("bucket", numbers(3000));
    slow();
    const stop = new AbortController();
    const why = new Error("enough");
    const each = (count: number) => {
      if (count === 10) stop.abort(why);
    };
    await walked({}, each, stop.signal).should.be.rejectedWith("enough");
    await pause(100);
    let sent = lists().length;
    await pause(200);
    lists().length.should.equal(sent);
    const found = await walked({}, (count) => (count === 10 ? "stop" : undefined));
    // A page in which a range ends has fewer.
    found.length.should.be.within(101, 200);
    found.should.eql(numbers(3000).slice(0, found.length));
    await pause(100);
    sent = lists().length;
    await pause(200);
    lists().length.should.equal(sent);
  });

  for (const concurrency of [3, 4]) {
    it(`ends when it is aborted while all of ${concurrency} requests look where to go on`, async () => {
      world.s3.seed("bucket", numbers(3000));
      slow();
      const stop = new AbortController();
      let looks = 0;
      world.s3.hook(({ query }) => {
        if (query["max-keys"] !== "1") return undefined;
        if (++looks === concurrency) setTimeout(() => stop.abort(new Error("enough")), 100);
        return { delay: 500 };
      });
      await walked({}, undefined, stop.signal, concurrency).should.be.rejectedWith("enough");
      looks.should.be.aboveOrEqual(concurrency);
    });

    it(`goes on when one of the looks where to go on fails, of ${concurrency} requests at a time`, async () => {
      world.s3.seed("bucket", numbers(1000));
      slow();
      let looks = 0;
      world.s3.hook(({ query }) => {
        if (query["max-keys"] !== "1") return undefined;
        return ++looks === 1 ? { error: "AccessDenied" } : { delay: 200 };
      });
      (await walked({}, undefined, undefined, concurrency)).should.eql(numbers(1000));
      looks.should.be.above(1);
    });
  }

  it("holds no more than a hundred pages, however far the store would let it go", async () => {
    const keys = numbers(6000);
    world.s3.seed("bucket", keys);
    slow(60);
    const asked: number[] = [];
    const found = await walked({}, async (count) => {
      if (count !== 4) return;
      for (let before = -1; before !== lists().length; await pause(300)) before = lists().length;
      asked.push(lists().length);
    });
    found.should.eql(keys);
    (asked[0] as number).should.be.within(20, 150);
  });

  it("has as many under way as before when the store says it no more", async () => {
    world.s3.seed("bucket", numbers(8000));
    slow();
    let asked = 0;
    world.s3.hook(({ operation }) =>
      operation === "ListObjectsV2" && ++asked > 30 && asked <= 46 ? { error: "SlowDown" } : undefined,
    );
    const found = await walked({}, (count) => {
      if (count === 120) world.s3.clear();
    });
    found.should.eql(numbers(8000));
    // Half of sixteen, and one more for each so many pages.
    world.s3.maxInFlight.should.be.above(10);
  });

  it("sends half as many at a time when the store says SlowDown", async () => {
    world.s3.seed("bucket", numbers(4000));
    slow();
    let refused = 0;
    const later: number[] = [];
    world.s3.hook(({ query }) => {
      if (query["max-keys"] === "1") return undefined;
      if (refused > 0 && refused < 100) refused++;
      if (refused > 20 && refused < 34) later.push(world.s3.inFlight);
      if (refused > 0 || world.s3.inFlight < 12) return undefined;
      refused = 1;
      return { error: "SlowDown" };
    });
    (await walked()).should.eql(numbers(4000));
    refused.should.be.above(0);
    Math.max(0, ...later).should.be.within(2, 11);
  });
});
