import { setTimeout as pause } from "node:timers/promises";
import "should";
import type { Hook } from "../../dev/s3-server/hooks";
import { pages } from "../../src/core/walk";
import { openCore } from "../support/context";
import { useFreshServer } from "../support/server";

const numbers = (count: number): string[] => Array.from({ length: count }, (_, at) => String(at).padStart(7, "0"));

/** The bytes of a page that cannot be read, and seem to be one. */
const unreadable = (body: Buffer): string => body.toString().replace("<Size>", "<Size>x");

const tokenOf = (body: Buffer): string =>
  /<NextContinuationToken>(.*?)<\/NextContinuationToken>/.exec(body.toString())?.[1] ?? "";

describe("pages that are not what they seem", () => {
  const world = useFreshServer();
  const isPage: Hook = ({ operation, query }) =>
    operation === "ListObjectsV2" && query["max-keys"] !== "1" ? {} : undefined;

  /** A store that is slow, and returns so many keys at most. */
  const slow = (pageSize = 20, latency = 25): void => {
    world.s3.setLatency(({ operation }) => (operation === "ListObjectsV2" ? latency : 0));
    world.s3.hook(({ operation, query }) =>
      operation === "ListObjectsV2" && query["max-keys"] === undefined
        ? { query: { "max-keys": String(pageSize) } }
        : undefined,
    );
  };

  /** A walk that goes several ways where there are more than two. */
  const walked = async (concurrency: number, found: string[] = [], ordered = true): Promise<string[]> => {
    const core = openCore(world.s3, { maxAttempts: 2, concurrency });
    try {
      for await (const { objects } of pages(core.context, { prefix: "", ordered })) {
        found.push(...objects.map(({ key }) => key));
      }
    } finally {
      await core.close();
    }
    return found;
  };

  for (const concurrency of [3, 4, 5, 16]) {
    for (const ordered of [true, false]) {
      it(`are asked for anew far ahead of what is read, with ${concurrency} requests at a time${ordered ? "" : ", in any order"}`, async () => {
        const keys = numbers(1500);
        world.s3.seed("bucket", keys);
        slow();
        const found: string[] = [];
        // Each of them once.
        const wrong = new Set<string>();
        world.s3.hook((entry) => {
          if (!isPage(entry)) return undefined;
          // What is asked for once more takes longer.
          if (wrong.size >= 8) return { delay: 100 };
          return {
            body(bytes) {
              const key = /<Key>(.*?)</.exec(bytes.toString())?.[1] ?? "";
              const isAhead = found.length > 0 && Number(key) > found.length + 250;
              if (wrong.size >= 8 || wrong.has(key) || !isAhead) return bytes;
              wrong.add(key);
              return unreadable(bytes);
            },
          };
        });
        (await walked(concurrency, found, ordered)).sort().should.eql(keys);
        wrong.size.should.be.above(3);
      });
    }
  }

  /** What the second page says of itself, at first. */
  const spoiled: Readonly<Record<string, (body: Buffer, far: string) => string>> = {
    "that there is no other": (body) =>
      unreadable(body)
        .replace("<IsTruncated>true", "<IsTruncated>false")
        .replace(/<NextContinuationToken>.*?<\/NextContinuationToken>/, ""),
    "that it goes on far behind": (body, far) => unreadable(body).replace(tokenOf(body), far),
    "a token that no store knows": (body) => unreadable(body).replace(tokenOf(body), "unknown"),
    "its end in an element within another, and more in its own": (body) =>
      body
        .toString()
        .replace(
          "<IsTruncated>true</IsTruncated>",
          '<IsTruncated type="boolean">true</IsTruncated><Other><IsTruncated>false</IsTruncated></Other>',
        ),
  };
  for (const [what, spoil] of Object.entries(spoiled)) {
    for (const concurrency of [2, 16]) {
      it(`leave nothing out where one says ${what}, with ${concurrency} requests at a time`, async () => {
        const keys = numbers(1000);
        world.s3.seed("bucket", keys);
        slow();
        let far = "";
        let asked = 0;
        const forget = world.s3.hook((entry) => {
          if (!isPage(entry)) return undefined;
          return {
            body(bytes) {
              if (++asked === 26) far = tokenOf(bytes);
              return bytes;
            },
          };
        });
        await walked(2);
        forget();
        far.should.not.be.empty();
        let again = 0;
        world.s3.hook((entry) => (isPage(entry) && ++again === 2 ? { body: (bytes) => spoil(bytes, far) } : undefined));
        (await walked(concurrency)).should.eql(keys);
      });
    }
  }

  for (const nth of [3, 4, 5, 6]) {
    it(`are asked for anew where the ${nth}th says that it goes on where it came from`, async () => {
      world.s3.seed("bucket", numbers(200));
      slow();
      const tokens: string[] = [];
      world.s3.hook((entry) => {
        if (!isPage(entry)) return undefined;
        return {
          body(bytes) {
            tokens.push(tokenOf(bytes));
            if (tokens.length !== nth) return bytes;
            return unreadable(bytes).replace(tokens.at(-1) as string, tokens.at(-2) as string);
          },
        };
      });
      (await walked(16)).should.eql(numbers(200));
    });
  }

  for (const ordered of [true, false]) {
    it(`leave nothing out where what lies before the end of a range cannot be read${ordered ? "" : ", in any order"}`, async () => {
      const keys = numbers(3000);
      world.s3.seed("bucket", keys);
      slow();
      const cuts = new Set<string>();
      const wrong = new Set<string>();
      world.s3.hook((entry) => {
        if (!isPage(entry)) return undefined;
        if (entry.query["start-after"]) cuts.add(entry.query["start-after"]);
        return {
          body(bytes) {
            const own = [...bytes.toString().matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key]) => key as string);
            const [first = "", last = ""] = [own[0], own.at(-1)];
            const cut = [...cuts].find((key) => first <= key && key < last);
            if (cut === undefined || wrong.has(first)) return bytes;
            wrong.add(first);
            return bytes
              .toString()
              .replaceAll(/<Key>(.*?)<\/Key>/g, (key, name) => (name > cut ? key : `<Kez>${name}</Kez>`));
          },
        };
      });
      (await walked(16, [], ordered)).sort().should.eql(keys);
      wrong.size.should.be.above(3);
    });
  }

  it("may have changed when they are asked for anew", async () => {
    const keys = numbers(400);
    world.s3.seed("bucket", keys);
    slow();
    const gone = ["0000080", "0000090", "0000099"];
    const core = openCore(world.s3);
    let asked = 0;
    let going: Promise<unknown> = Promise.resolve();
    const go = async (): Promise<void> => {
      for (const path of gone) await core.run("delete", { path });
    };
    world.s3.hook(async (entry) => {
      if (!isPage(entry)) return undefined;
      const turn = ++asked;
      if (turn === 6) going = go();
      // What is asked for anew may come before they are gone.
      await going;
      return turn === 5 ? { body: unreadable } : undefined;
    });
    const found = await walked(2);
    await core.close();
    found.should.eql(keys.filter((key) => !gone.includes(key)));
  });

  /** Two neighbours are the other way round, which few of the keys of a page tell. */
  const swapped = (body: Buffer): string => {
    const entries = body.toString().match(/<Contents>.*?<\/Contents>/gs) ?? [];
    const [one = "", other = ""] = entries.slice(5, 7);
    return body.toString().replace(one + other, other + one);
  };

  it("are walked one way where their order is the store's own, however little that shows", async () => {
    const keys = numbers(3000);
    world.s3.seed("bucket", keys);
    slow(200);
    world.s3.hook((entry) => (isPage(entry) ? { body: swapped } : undefined));
    const found = await walked(16);
    found.length.should.equal(keys.length);
    found.sort().should.eql(keys);
    world.s3.requests.filter(({ query }) => query["start-after"]).should.be.empty();
  });

  it("are walked one way from where their order turns out to be the store's own, and from then on", async () => {
    const keys = numbers(6000);
    world.s3.seed("bucket", keys);
    slow(200);
    let asked = 0;
    world.s3.hook((entry) => (isPage(entry) && ++asked > 8 ? { body: swapped } : undefined));
    const core = openCore(world.s3);
    for (let round = 0; round < 2; round++) {
      world.s3.clear();
      const found: string[] = [];
      for await (const { objects } of pages(core.context, { prefix: "" })) found.push(...objects.map(({ key }) => key));
      found.sort().should.eql(keys);
      const aside = world.s3.requests.filter(({ query }) => query["start-after"]).length;
      if (round === 0) aside.should.be.above(3);
      else aside.should.equal(0);
    }
    await core.close();
  });

  it("end with the work", async () => {
    world.s3.seed("bucket", numbers(1500));
    slow();
    world.s3.hook((entry) => (isPage(entry) ? { body: unreadable } : undefined));
    const core = openCore(world.s3, { maxAttempts: 5, concurrency: 3 });
    const listing = core.run("list", { path: "/", recurse: true }).catch((error: Error) => error);
    await pause(300);
    await core.close();
    (await listing).should.be.an.Error();
  });
});
