import should from "should";
import { newRange } from "../../src/core/key-range";
import { PageOf } from "../../src/core/reply-pages";
import { createSkippedKeys } from "../../src/core/skipped-keys";

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
  const skippedIn = (keys: readonly string[], isBehind: (key: string, than: string) => boolean) => {
    asked = [];
    return createSkippedKeys({
      async firstBehind(than) {
        asked.push(than);
        return keys.find((key) => isBehind(key, than));
      },
      isThere: async (key) => keys.includes(key),
    });
  };
  const inBytes = (key: string, than: string): boolean => key > than;
  const withoutCase = (key: string, than: string): boolean => key.toLowerCase() > than.toLowerCase();

  it("are none where the next range has them, which takes no request", async () => {
    const skipped = skippedIn(["a", "k", "z"], inBytes);
    skipped.leave(range("b", "k"));
    should(await skipped.before(pageOf("c", "d"))).be.undefined();
    should(await skipped.before(pageOf("k", "l"))).be.undefined();
    should(await skipped.before(pageOf("m"))).be.undefined();
    should(await skipped.atEnd()).be.undefined();
    asked.should.be.empty();
  });

  it("are one that the next range has not, in a store that has it behind neither", async () => {
    const skipped = skippedIn(["A", "b", "x", "Z", "zz"], withoutCase);
    skipped.leave(range("Y", "b"));
    should(await skipped.before(pageOf("Z"))).be.undefined();
    should(await skipped.before(pageOf("zz"))).equal("b");
    asked.should.eql(["Z"]);
  });

  it("are one behind which nothing comes", async () => {
    const skipped = skippedIn(["A", "b", "Z"], withoutCase);
    skipped.leave(range("Y", "b"));
    should(await skipped.before(pageOf("Z"))).be.undefined();
    should(await skipped.atEnd()).equal("b");
  });

  it("are not those that were deleted meanwhile, or written behind what had come", async () => {
    const gone = skippedIn(["a", "z"], inBytes);
    gone.leave(range("b", "k"));
    should(await gone.before(pageOf("z"))).be.undefined();
    const fresh = skippedIn(["a", "k"], inBytes);
    fresh.leave(range("b", "k"));
    should(await fresh.atEnd()).be.undefined();
    asked.should.eql(["b"]);
  });
});
