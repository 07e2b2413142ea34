import "should";
import { setImmediate as turn } from "node:timers/promises";
import { createRoom } from "../../../src/core/local/room";

describe("room", () => {
  const { signal } = new AbortController();
  /** Work that goes on until it is told to end. */
  const open = (room: ReturnType<typeof createRoom>, bytes: number, until = signal) => {
    let end = (): void => {};
    const state = { begun: false, end: () => end(), over: Promise.resolve() };
    state.over = room(bytes, until, () => {
      state.begun = true;
      return new Promise<void>((resolve) => {
        end = resolve;
      });
    });
    return state;
  };

  it("lets in what fits, and the next when there is room again, in their order", async () => {
    const room = createRoom(10);
    const [a, b, c, d] = [open(room, 6), open(room, 4), open(room, 5), open(room, 1)];
    await turn();
    [a, b, c, d].map(({ begun }) => begun).should.eql([true, true, false, false]);
    b.end();
    await b.over;
    await turn();
    // There would be room for the last, but it came later.
    [c, d].map(({ begun }) => begun).should.eql([false, false]);
    a.end();
    await turn();
    await turn();
    [c, d].map(({ begun }) => begun).should.eql([true, true]);
  });

  it("gives all of it to one that needs more than there is", async () => {
    const room = createRoom(10);
    const large = open(room, 1000);
    const small = open(room, 1);
    await turn();
    [large, small].map(({ begun }) => begun).should.eql([true, false]);
    large.end();
    await large.over;
    await turn();
    small.begun.should.be.true();
  });

  it("takes nothing for what was aborted while it waited, nor for what failed", async () => {
    const room = createRoom(10);
    const job = new AbortController();
    const first = open(room, 10);
    const given = open(room, 10, job.signal);
    const last = open(room, 10);
    job.abort(new Error("stop"));
    await given.over.should.be.rejectedWith("stop");
    given.begun.should.be.false();
    first.end();
    await first.over;
    await turn();
    last.begun.should.be.true();
    last.end();
    await last.over;
    await room(10, signal, async () => {
      throw new Error("failed");
    }).should.be.rejectedWith("failed");
    (await room(10, signal, async () => "next")).should.equal("next");
    await room(1, job.signal, async () => "never").should.be.rejectedWith("stop");
  });
});
