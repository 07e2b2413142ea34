import "should";
import { randomFrom } from "../../dev/random";
import { createTop } from "../../src/core/top";

const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);

describe("the first so many", () => {
  it(`are those of the whole in its order, SEED=${seed}`, () => {
    const random = randomFrom(seed);
    for (let round = 0; round < 500; round++) {
      const limit = Math.floor(random() * 12);
      const items = Array.from({ length: Math.floor(random() * 40) }, (_, index) => ({
        value: Math.floor(random() * 8),
        index,
      }));
      const compare = (a: { value: number; index: number }, b: { value: number; index: number }) =>
        a.value - b.value || a.index - b.index;
      const top = createTop(limit, compare);
      for (const item of items) top.add(item);
      top.sorted().should.eql([...items].sort(compare).slice(0, limit));
    }
  });

  it("hold no more than so many", () => {
    let compared = 0;
    const held = new Set<number>();
    const top = createTop<number>(10, (a, b) => {
      compared++;
      held.add(a).add(b);
      return a - b;
    });
    for (let value = 0; value < 100_000; value++) top.add(value);
    top.sorted().should.eql([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
    // One look at what comes is enough where it comes after all that are kept.
    compared.should.be.below(101_000);
  });
});
