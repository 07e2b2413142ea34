import "should";
import { createWindow, type Place } from "../../src/core/window";

const { signal } = new AbortController();

/** Enters until nobody is let in any more. */
const fill = async (window: ReturnType<typeof createWindow>): Promise<Place[]> => {
  const places: Place[] = [];
  while (places.length < window.width) places.push(await window.enter(signal));
  return places;
};

/** The store throttles one request. */
const halve = async (window: ReturnType<typeof createWindow>): Promise<void> => {
  const place = await window.enter(signal);
  place.throttled();
  place.leave();
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

  it("is as wide again at its least, where that is less than one, only after many good answers", async () => {
    const window = createWindow(8, 8, 1 / 8);
    for (const width of [4, 2, 1, 0.5, 0.25, 0.125, 0.125]) {
      await halve(window);
      window.width.should.equal(width);
    }
    let good = 0;
    for (; window.width < 1; good++) {
      const place = await window.enter(signal);
      place.good();
      place.leave();
    }
    good.should.be.within(6, 20);
  });

  it("below one, has one request under way, and pauses after it", async () => {
    const window = createWindow(1, 1, 1 / 8);
    for (let n = 0; n < 3; n++) await halve(window);
    window.free.should.equal(0);
    const start = performance.now();
    const one = await window.enter(signal);
    (performance.now() - start).should.be.above(50);
    let entered = false;
    const two = window.enter(signal).then((place) => {
      entered = true;
      return place;
    });
    await new Promise((resolve) => setTimeout(resolve, 200));
    entered.should.be.false();
    one.leave();
    await new Promise((resolve) => setImmediate(resolve));
    entered.should.be.false();
    await two;
  });

  it("lets those in order that wait while it is closed, and nobody who was aborted", async () => {
    const window = createWindow(1, 1, 1 / 4);
    for (let n = 0; n < 2; n++) await halve(window);
    const abort = new AbortController();
    const given = window.enter(abort.signal);
    const order: string[] = [];
    const wait = (name: string) =>
      window.enter(signal).then((place) => {
        order.push(name);
        place.leave();
      });
    const both = [wait("first"), wait("second")];
    abort.abort(new Error("over"));
    await given.should.be.rejectedWith("over");
    await Promise.all(both);
    order.should.eql(["first", "second"]);
    await window.enter(AbortSignal.abort(new Error("before"))).should.be.rejectedWith("before");
  });
});
