import "should";
import { setMaxListeners } from "node:events";
import { createQueue, longestQueue, type Ticket } from "../../src/node-red/queue";

const never = new AbortController().signal;
setMaxListeners(0, never);
/** Work that ends when it is told to. */
const held = () => {
  let end: () => void = () => {};
  const done = new Promise<void>((resolve) => {
    end = resolve;
  });
  return { end, work: () => done };
};
const settled = () => new Promise((resolve) => setImmediate(resolve));

describe("queue", () => {
  it("runs the same path one after the other, another one beside it", async () => {
    const queue = createQueue(10);
    const order: string[] = [];
    const first = held();
    const run = (name: string, paths: string[], work: () => Promise<void>) =>
      queue.admit().run(paths, never, false, async () => {
        order.push(name);
        await work();
      });
    const all = [
      run("a1", ["a"], first.work),
      run("a2", ["a"], async () => {}),
      run("b", ["b"], async () => {}),
      run("a and c", ["a", "c"], async () => {}),
      run("c", ["c"], async () => {}),
    ];
    await settled();
    order.should.eql(["a1", "b"]);
    first.end();
    await Promise.all(all);
    order.should.eql(["a1", "b", "a2", "a and c", "c"]);
  });

  it("goes on after work that failed", async () => {
    const queue = createQueue(1);
    const failing = queue.admit().run(["a"], never, false, () => Promise.reject(new Error("no")));
    const next = queue.admit().run(["a"], never, false, async () => "done");
    await failing.should.be.rejectedWith("no");
    (await next).should.equal("done");
  });

  it(`refuses a message when ${longestQueue} wait, and takes one again when one has begun`, async () => {
    longestQueue.should.equal(10_000);
    const queue = createQueue(1);
    const running = held();
    const first = queue.admit().run(["a"], never, false, running.work);
    await settled();
    const tickets = Array.from({ length: 10_000 }, () => queue.admit());
    (() => queue.admit()).should.throw({ code: "QueueFull", retryable: true });
    tickets[0]?.leave();
    tickets[0]?.leave();
    queue.admit();
    (() => queue.admit()).should.throw({ code: "QueueFull" });
    running.end();
    await first;
  });

  /** Admits so many at once, as a burst of messages does, then lets each run; how many were refused. */
  const burst = async (width: number, count: number, pathOf: (n: number) => string): Promise<number> => {
    const queue = createQueue(width);
    const running = held();
    let refused = 0;
    const refuse = (error: { code: string }): void => {
      error.code.should.equal("QueueFull");
      refused++;
    };
    const tickets: Ticket[] = [];
    for (let n = 0; n < count; n++) {
      try {
        tickets.push(queue.admit());
      } catch (error) {
        refuse(error as never);
      }
    }
    const all = tickets.map((ticket, n) => ticket.run([pathOf(n)], never, false, running.work).catch(refuse));
    await settled();
    running.end();
    await Promise.all(all);
    return refused;
  };

  for (const width of [1, 16]) {
    it(`counts none that can run at once as waiting, ${width} side by side`, async () => {
      (await burst(width, 10_000 + width, String)).should.equal(0);
      (await burst(width, 10_001 + width, String)).should.equal(1);
    });

    it(`nor the first for a path, ${width} side by side`, async () => {
      (await burst(width, 10_001, () => "same")).should.equal(0);
      (await burst(width, 10_002, () => "same")).should.equal(1);
    });
  }

  it("counts those that wait for further messages as waiting, although places are free", () => {
    const queue = createQueue(16);
    for (let n = 0; n < 10_000; n++) queue.admit(true);
    (() => queue.admit(true)).should.throw({ code: "QueueFull" });
  });
});
