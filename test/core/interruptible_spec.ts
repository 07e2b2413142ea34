import "should";
import { interruptible } from "../../src/core/interruptible";

async function* numbers(count: number): AsyncGenerator<number> {
  for (let at = 0; at < count; at++) yield at;
}

describe("interruptible", () => {
  it("gives what the source gives", async () => {
    const given: number[] = [];
    for await (const number of interruptible(numbers(5), new AbortController().signal)) given.push(number);
    given.should.eql([0, 1, 2, 3, 4]);
  });

  it("throws the reason at once, though the source is silent", async () => {
    const stop = new AbortController();
    const silent = { [Symbol.asyncIterator]: () => ({ next: () => new Promise<never>(() => {}) }) };
    const reading = interruptible(silent, stop.signal).next();
    stop.abort(new Error("enough"));
    await reading.should.be.rejectedWith("enough");
  });

  it("asks the source for nothing once it is interrupted", async () => {
    const stop = new AbortController();
    stop.abort(new Error("before"));
    let asked = 0;
    const source = { [Symbol.asyncIterator]: () => ({ next: async () => ({ done: ++asked > 0, value: 1 }) }) };
    await interruptible(source as never, stop.signal)
      .next()
      .should.be.rejectedWith("before");
    asked.should.equal(0);
  });

  it("keeps nothing of the steps that are over", async () => {
    const kept = async (count: number): Promise<number> => {
      const steps = interruptible(numbers(count), new AbortController().signal);
      await steps.next();
      global.gc?.();
      const before = process.memoryUsage().heapUsed;
      for (let at = 2; at < count; at++) await steps.next();
      global.gc?.();
      const grown = process.memoryUsage().heapUsed - before;
      await steps.return();
      return grown;
    };
    // Needs `--expose-gc`; without it, what is garbage cannot be told from what is kept.
    (typeof global.gc).should.equal("function");
    await kept(1000);
    (await kept(200_000)).should.be.below(4 * 1024 * 1024);
  });
});
