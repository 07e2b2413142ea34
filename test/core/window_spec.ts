import "should";
import { createWindow, type Place } from "../../src/core/window";

const { signal } = new AbortController();

/** Enters until nobody is let in any more. */
const fill = async (window: ReturnType<typeof createWindow>): Promise<Place[]> => {
  const places: Place[] = [];
  while (places.length < window.width) places.push(await window.enter(signal));
  return places;
};

describe("window", () => {
  it("lets as many in as it is wide, and the next when one leaves", async () => {
    const window = createWindow(2, 8);
    const [one] = await fill(window);
    const entered: string[] = [];
    const third = window.enter(signal).then(() => entered.push("third"));
    await new Promise((resolve) => setImmediate(resolve));
    entered.should.eql([]);
    one?.leave();
    one?.leave();
    await third;
    const fourth = window.enter(signal).then(() => entered.push("fourth"));
    await new Promise((resolve) => setImmediate(resolve));
    entered.should.eql(["third"]);
    void fourth;
  });

  it("grows by one when as many answers as it is wide were good, up to its greatest width", async () => {
    const window = createWindow(2, 4);
    const widths: number[] = [];
    for (let n = 0; n < 20; n++) {
      const place = await window.enter(signal);
      place.good();
      place.leave();
      widths.push(window.width);
    }
    widths.slice(0, 9).should.eql([2, 3, 3, 3, 4, 4, 4, 4, 4]);
    window.width.should.equal(4);
  });

  it("is halved once, however many of those under way are throttled", async () => {
    const window = createWindow(8, 8);
    const places = await fill(window);
    for (const place of places) place.throttled();
    window.width.should.equal(4);
    // What is throttled at the new width halves it again.
    places[0]?.throttled();
    window.width.should.equal(2);
    places[1]?.throttled();
    window.width.should.equal(2);
  });

  it("is never closed, and begins to count good answers anew", async () => {
    const window = createWindow(2, 8);
    const place = await window.enter(signal);
    place.good();
    for (let n = 0; n < 5; n++) place.throttled();
    window.width.should.equal(1);
    place.good();
    window.width.should.equal(2);
  });

  it("takes no good answer for one when it was sent at another width", async () => {
    const window = createWindow(2, 8);
    const [one, two] = await fill(window);
    one?.throttled();
    window.width.should.equal(1);
    two?.good();
    window.width.should.equal(1);
  });

  it("lets nobody in until fewer are inside than it is wide", async () => {
    const window = createWindow(4, 4);
    const places = await fill(window);
    places[0]?.throttled();
    let entered = false;
    const next = window.enter(signal).then(() => {
      entered = true;
    });
    for (const at of [0, 1]) {
      places[at]?.leave();
      await new Promise((resolve) => setImmediate(resolve));
      entered.should.be.false();
    }
    places[2]?.leave();
    await next;
  });

  it("forgets those that are aborted while they wait", async () => {
    const window = createWindow(1, 1);
    const place = await window.enter(signal);
    const abort = new AbortController();
    const given = window.enter(abort.signal);
    const waiting = window.enter(signal);
    abort.abort(new Error("over"));
    await given.should.be.rejectedWith("over");
    place.leave();
    await waiting;
  });
});
