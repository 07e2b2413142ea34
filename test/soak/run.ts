/**
 * `npm run soak [-- MINUTES [SEED]]`, 10 minutes by default: twenty flows of mixed work in a Node-RED of its own, against
 * the embedded server behind a proxy that does what it draws from the seed, deployed anew every 20 s in the middle of it, or
 * every 10 s in less than five minutes. What the process holds at the end is compared with what it held after the first
 * minute; sockets it must hold none.
 */
import { fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import "should";
import { startFaultProxy } from "../../dev/fault-proxy";
import { startS3Server } from "../../dev/s3-server";
import { operations } from "../../src/operations";
import { check, close, exitWith } from "../support/checks";
import { withFolder } from "../support/with-folder";
import { compare, stillOpen } from "./compare";
import type { Ended, Order } from "./messages";

const [minutes = 10, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);

if (!(minutes >= 2)) throw new Error("less than two minutes show no growth after the first one");

const fill = (home: string): void => {
  mkdirSync(join(home, "up"));
  for (let n = 0; n < 10; n++) writeFileSync(join(home, "up", `${n}.txt`), "x".repeat(1000 * n));
};

const nodeRed = async (order: Order): Promise<Ended> => {
  const child = fork(join(__dirname, "node-red.js"), { execArgv: ["--expose-gc"], env: { ...process.env } });
  process.once("exit", () => child.kill("SIGKILL"));
  child.send(order);
  const ended = once(child, "message");
  const gone = once(child, "exit").then(([code, signal]) => {
    throw new Error(`Node-RED ended by itself: ${code ?? signal}`);
  });
  const [told] = await Promise.race([ended, gone]);
  gone.catch(() => {});
  return told as Ended;
};

const main = (): Promise<number> =>
  withFolder("soak-", async (home) => {
    const server = await startS3Server({ buckets: ["bucket"], logLimit: 10 });
    const proxy = await startFaultProxy({ target: server.endpoint, seed, logLimit: 10 });
    try {
      console.log(`seed ${seed}, ${minutes} minutes`);
      fill(home);
      server.put("bucket", "seed/large", Buffer.alloc(3_000_000, "0123456789"));
      server.put("bucket", "seed/lines", "a line\n".repeat(200));
      server.seed(
        "bucket",
        Array.from({ length: 120 }, (_, n) => `seed/many/${n}.txt`),
        "x",
      );
      const { accessKey, secretKey, region } = server;
      const order = { endpoint: proxy.endpoint, accessKey, secretKey, region, home, seconds: minutes * 60 };
      const { samples, done, failed, faults } = await nodeRed(order);
      for (const { at, memory, ...rest } of samples)
        console.log(`      ${String(at).padStart(4)} s  ${memory.toFixed(1)} MiB  ${JSON.stringify(rest)}`);
      console.log(`      done: ${JSON.stringify(done)}`);
      console.log(`      failed: ${JSON.stringify(failed)}`);
      await check("every node has worked, and some messages have failed", () => {
        for (const { type } of operations) (done[type] ?? 0).should.be.above(0, type);
        Object.keys(failed).length.should.be.above(2);
      });
      for (const { name, before, after, held } of compare(samples))
        await check(`${name}: ${after} at the end, ${before} after the beginning`, () => held.should.be.true());
      const open = stillOpen(samples);
      await check(`sockets: ${open} are open where nothing is asked for`, () => open.should.equal(0));
      await check("no rejection was left unhandled, and no leak warned of", () => faults.should.eql([]));
      await check("no upload is left open", () => server.uploads("bucket").should.eql([]));
    } finally {
      await proxy.close();
      await server.close();
    }
    return close();
  });

exitWith(main());
