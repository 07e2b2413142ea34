import "should";
import { setTimeout as pause } from "node:timers/promises";
import { unlessAborted } from "../../src/core/unless-aborted";
import { createJobs } from "../../src/node-red/jobs";

const settled = (ms: number) => pause(ms, "still open", { ref: false });

describe("jobs", () => {
  it("aborts all of them on close, and waits until they have ended", async () => {
    const jobs = createJobs(new AbortController().signal);
    const ended: string[] = [];
    for (const name of ["a", "b"]) {
      jobs.start(async (signal) => {
        await new Promise((resolve) => signal.addEventListener("abort", resolve));
        signal.reason.code.should.equal("Aborted");
        await pause(30);
        ended.push(name);
      });
    }
    await jobs.close();
    ended.should.eql(["a", "b"]);
  });

  it("aborts them when the connection closes, before the node does", async () => {
    const connection = new AbortController();
    const jobs = createJobs(connection.signal);
    const reason = new Promise<{ code: string }>((resolve) => {
      jobs.start(async (signal) => {
        await new Promise((end) => signal.addEventListener("abort", end));
        resolve(signal.reason);
      });
    });
    connection.abort();
    (await reason).code.should.equal("Aborted");
  });

  it("does not wait for ever for one that does not end", async () => {
    const jobs = createJobs(new AbortController().signal);
    jobs.start(() => new Promise(() => {}));
    const closed = jobs.close().then(() => "closed");
    (await Promise.race([closed, settled(50)])).should.equal("still open");
    (await Promise.race([closed, settled(950)])).should.equal("closed");
  });

  it("does not wait where nothing is under way", async () => {
    const jobs = createJobs(new AbortController().signal);
    jobs.start(async () => {});
    await new Promise((resolve) => setImmediate(resolve));
    (await Promise.race([jobs.close().then(() => "closed"), settled(500)])).should.equal("closed");
  });
});

describe("unlessAborted", () => {
  it("gives what the work gives, or its error", async () => {
    const { signal } = new AbortController();
    (await unlessAborted(signal, Promise.resolve(1))).should.equal(1);
    await unlessAborted(signal, Promise.reject(new Error("no"))).should.be.rejectedWith("no");
  });

  it("gives up when the signal is aborted, before or meanwhile", async () => {
    await unlessAborted(AbortSignal.abort(new Error("over")), new Promise(() => {})).should.be.rejectedWith("over");
    const abort = new AbortController();
    const waiting = unlessAborted(abort.signal, new Promise(() => {}));
    abort.abort(new Error("over"));
    await waiting.should.be.rejectedWith("over");
  });
});
