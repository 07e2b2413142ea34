import "should";
import { createGate } from "../../src/core/gate";

describe("gate", () => {
  it("lets so many in, and the others in the order in which they came", async () => {
    const gate = createGate(2);
    const entered: number[] = [];
    const leave = new Map<number, () => void>();
    const enter = async (n: number) => {
      leave.set(n, await gate.enter());
      entered.push(n);
    };
    const all = [1, 2, 3, 4].map(enter);
    await Promise.all(all.slice(0, 2));
    entered.should.eql([1, 2]);
    gate.inside.should.equal(2);
    leave.get(2)?.();
    await all[2];
    entered.should.eql([1, 2, 3]);
    leave.get(1)?.();
    await all[3];
    entered.should.eql([1, 2, 3, 4]);
  });

  it("gives a place back once, however often it is left", async () => {
    const gate = createGate(2);
    const leave = await gate.enter();
    await gate.enter();
    leave();
    leave();
    gate.inside.should.equal(1);
    await gate.enter();
    gate.inside.should.equal(2);
  });

  it("forgets those that are aborted while they wait", async () => {
    const gate = createGate(1);
    const leave = await gate.enter();
    const abort = new AbortController();
    const given = gate.enter(abort.signal);
    const next = gate.enter();
    abort.abort(new Error("no more"));
    await given.should.be.rejectedWith("no more");
    leave();
    (await next)();
    gate.inside.should.equal(0);
  });

  it("lets nobody in under a signal that is aborted already", async () => {
    const gate = createGate(1);
    await gate.enter(AbortSignal.abort(new Error("over"))).should.be.rejectedWith("over");
    gate.inside.should.equal(0);
  });
});
