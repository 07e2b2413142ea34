import "should";
import { createTurns } from "../../src/core/turns";

describe("turns", () => {
  const signal = new AbortController().signal;
  /** Work that ends when it is told to. */
  const held = () => {
    let end: () => void = () => {};
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    return { end, work: () => ended };
  };

  it("come one after the other for one name, in their order, and side by side for others", async () => {
    const turns = createTurns();
    const events: string[] = [];
    const { end, work } = held();
    const all = [
      turns("a", signal, () => work().then(() => void events.push("first of a"))),
      turns("a", signal, async () => void events.push("second of a")),
      turns("a", signal, async () => void events.push("third of a")),
      turns("b", signal, async () => void events.push("b")),
    ];
    await all[3];
    events.should.eql(["b"]);
    end();
    await Promise.all(all);
    events.should.eql(["b", "first of a", "second of a", "third of a"]);
  });

  it("go on after one that failed, and give what each gives", async () => {
    const turns = createTurns();
    const failing = turns("a", signal, () => Promise.reject(new Error("failed")));
    const next = turns("a", signal, async () => "next");
    await failing.should.be.rejectedWith("failed");
    (await next).should.equal("next");
  });

  it("are given up by who is aborted while waiting, whose place nobody takes too early", async () => {
    const turns = createTurns();
    const { end, work } = held();
    let running = true;
    const first = turns("a", signal, () => work().finally(() => (running = false)));
    const job = new AbortController();
    const second = turns("a", job.signal, async () => "never");
    job.abort(new Error("stop"));
    await second.should.be.rejectedWith("stop");
    const third = turns("a", signal, async () => running);
    end();
    await first;
    (await third).should.be.false();
  });
});
