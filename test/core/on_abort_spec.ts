import { setTimeout as pause } from "node:timers/promises";
import "should";
import { onAbort } from "../../src/core/on-abort";
import { must } from "../support/must";

describe("what listens for an abort", () => {
  it("is called once, each of them, unless it was taken back", () => {
    const stop = new AbortController();
    const called: string[] = [];
    onAbort(stop.signal, () => called.push("first"));
    const forget = onAbort(stop.signal, () => called.push("taken back"));
    onAbort(stop.signal, () => called.push("last"));
    forget();
    stop.abort();
    called.should.eql(["first", "last"]);
    forget();
    called.length.should.equal(2);
  });

  it("is called when it came after all others were taken back", () => {
    const stop = new AbortController();
    const called: string[] = [];
    onAbort(stop.signal, () => called.push("before"))();
    onAbort(stop.signal, () => called.push("after"));
    stop.abort();
    called.should.eql(["after"]);
  });

  it("holds no signal made of several, when it was taken back", async () => {
    const always = new AbortController();
    const signals: WeakRef<AbortSignal>[] = [];
    for (let index = 0; index < 500; index++) {
      const signal = AbortSignal.any([always.signal, new AbortController().signal]);
      onAbort(signal, () => {})();
      signals.push(new WeakRef(signal));
    }
    // What was looked at in this turn is held to its end.
    await pause(10);
    must(global.gc)();
    await pause(10);
    signals.filter((signal) => signal.deref() !== undefined).length.should.be.below(10);
  });
});
