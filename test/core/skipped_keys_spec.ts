import should from "should";
import { newRange } from "../../src/core/key-range";
import { PageOf } from "../../src/core/reply-pages";
import { skippedAnywhere, skippedInOrder } from "../../src/core/skipped-keys";

const pageOf = (...keys: string[]) =>
  new PageOf(
    keys.map((key) => ({ key, size: 0 })),
    [],
  );

/** A range that ends at a key, behind which another one showed. */
const range = (until: string, behind: string | undefined) => ({ ...newRange("", until, 0, []), behind });

describe("keys that a walk has left out", () => {
  let asked: string[];
  /** What a store lists, in its order: of what comes behind a key, and whether one is there. */
  const skippedIn = (
    keys: readonly string[],
    isBehind: (key: string, than: string) => boolean,
    create = skippedInOrder,
  ) => {
    asked = [];
    return create({
      async keysBehind(than) {
        asked.push(than);
        return keys.filter((key) => isBehind(key, than));
      },
      isThere: async (key) => keys.includes(key),
    });
  };
  const inBytes = (key: string, than: string): boolean => key > than;
  const withoutCase = (key: string, than: string): boolean => key.toLowerCase() > than.toLowerCase();

  it("are none where the next range has them, which takes no request", async () => {
    const skipped = skippedIn(["a", "k", "z"], inBytes);
    skipped.leave(range("b", "k"));
    should(await skipped.before(pageOf("c", "d"), true)).be.undefined();
    should(await skipped.before(pageOf("k", "l"), true)).be.undefined();
    should(await skipped.before(pageOf("m"), true)).be.undefined();
    should(await skipped.atEnd()).be.undefined();
    asked.should.be.empty();
  });

  it("are one that the next range has not, in a store that has it behind neither", async () => {
    const skipped = skippedIn(["A", "b", "x", "Z", "zz"], withoutCase);
    skipped.leave(range("Y", "b"));
    should(await skipped.before(pageOf("Z"), true)).be.undefined();
    should(await skipped.before(pageOf("zz"), true)).equal("b");
    asked.should.eql(["Z", "Z", "Z"]);
  });

  it("are one behind which nothing comes", async () => {
    const skipped = skippedIn(["A", "b", "Z"], withoutCase);
    skipped.leave(range("Y", "b"));
    should(await skipped.before(pageOf("Z"), true)).be.undefined();
    should(await skipped.atEnd()).equal("b");
  });

  for (const [how, create] of [
    ["in order", skippedInOrder],
    ["as they come", skippedAnywhere],
  ] as const) {
    it(`are those behind which an empty range lies, where ranges come ${how}`, async () => {
      const skipped = skippedIn(["Apple", "banana", "cherry"], withoutCase, create);
      skipped.leave(range("B", "banana"));
      skipped.leave(range("S", "banana"));
      should(await skipped.atEnd()).equal("banana");
      asked[0]?.should.equal("S");
    });

    it(`are none that come and go between two questions, where ranges come ${how}`, async () => {
      let times = 0;
      const skipped = create({
        keysBehind: async () => (++times > 1 ? ["k"] : ["z"]),
        isThere: async () => true,
      });
      skipped.leave(range("b", "k"));
      should(await skipped.atEnd()).be.undefined();
      times.should.equal(2);
    });
  }

  it("are not those that were deleted meanwhile, or written behind what had come", async () => {
    const gone = skippedIn(["a", "z"], inBytes);
    gone.leave(range("b", "k"));
    should(await gone.before(pageOf("z"), true)).be.undefined();
    const fresh = skippedIn(["a", "k"], inBytes);
    fresh.leave(range("b", "k"));
    should(await fresh.atEnd()).be.undefined();
    asked.should.eql(["b"]);
  });

  describe("where ranges come as they come", () => {
    it("are none where another range begins with them, before or after, which takes no request", async () => {
      const skipped = skippedIn(["a", "k", "p", "z"], inBytes, skippedAnywhere);
      await skipped.before(pageOf("p", "q"), true);
      skipped.leave(range("o", "p"));
      skipped.leave(range("b", "k"));
      await skipped.before(pageOf("k", "l"), true);
      skipped.leave(range("r", "t"));
      await skipped.before(pageOf("s", "t"), false);
      should(await skipped.atEnd()).be.undefined();
      asked.should.be.empty();
    });

    it("are one that no range begins with, in a store that has it behind neither", async () => {
      const skipped = skippedIn(["A", "b", "x", "Z", "zz"], withoutCase, skippedAnywhere);
      await skipped.before(pageOf("Z", "zz"), true);
      skipped.leave(range("Y", "b"));
      should(await skipped.atEnd()).equal("b");
      asked.should.eql(["Y", "Y", "Y"]);
    });

    it("are not those that were deleted meanwhile, or written behind what had come", async () => {
      const gone = skippedIn(["a", "z"], inBytes, skippedAnywhere);
      gone.leave(range("b", "k"));
      await gone.before(pageOf("z"), true);
      should(await gone.atEnd()).be.undefined();
      const fresh = skippedIn(["a", "k"], inBytes, skippedAnywhere);
      fresh.leave(range("b", "k"));
      should(await fresh.atEnd()).be.undefined();
      asked.should.eql(["b"]);
    });
  });
});
