import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { setTimeout as pause } from "node:timers/promises";
import type { Core } from "../../support/context";
import { outcomeOf } from "../../support/outcome";
import type { Row } from "../row";
import { shown } from "../shown";
import type { Stage } from "../stage";

/** Far longer than anything here may take: only tells what ends from what is stuck. */
const forever = 30_000;

/** More than lies in sockets on the way. */
const bytes = randomBytes(16 * 1024 * 1024);

const within = <T>(work: Promise<T>): Promise<T | "stuck"> =>
  Promise.race([work, pause(forever, "stuck" as const, { ref: false })]);

/** Waits until it is so, and tells whether it came to be. */
const comesTo = async (isSo: () => boolean): Promise<boolean> => {
  for (const end = Date.now() + forever; Date.now() < end; await pause(10)) if (isSo()) return true;
  return isSo();
};

/** A reader that asks for no more until it is told to. */
interface Stopped {
  /** Reads the rest; tells whether all bytes are the object's. */
  goOn(): Promise<boolean>;
  goAway(): Promise<unknown>;
}

/** As a stream, which other nodes take: from its first bytes on it stands still, or never asks for any. */
const stream = async (core: Core, begins: boolean): Promise<Stopped> => {
  const { result, ended } = await core.run("read", { path: "large", format: "stream" });
  ended?.catch(() => {});
  const chunks = (result as Readable)[Symbol.asyncIterator]();
  const first = begins ? [(await chunks.next()).value as Buffer] : [];
  return {
    async goOn() {
      const all = [...first];
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) all.push(next.value);
      return Buffer.concat(all).equals(bytes);
    },
    async goAway() {
      (result as Readable).destroy();
      await ended;
    },
  };
};

/** As a sequence whose flow asks for each message. */
const pulled = async (core: Core): Promise<Stopped> => {
  const chunks = await core.sequence("read", { path: "large", format: "chunks", pace: "pull", chunkSize: 65_536 });
  const first = (await chunks.next()).value as Buffer;
  return {
    async goOn() {
      const all = [first];
      for (let next = await chunks.next(); !next.done; next = await chunks.next()) all.push(next.value);
      return Buffer.concat(all).equals(bytes);
    },
    goAway: async () => chunks.return?.(),
  };
};

const open = (core: Core, count: number): Promise<(Stopped | "stuck")[]> =>
  Promise.all(Array.from({ length: count }, (_, at) => within(at % 4 === 3 ? pulled(core) : stream(core, at % 4 > 0))));

/** Those that began; of the others it is told. */
const begun = async (core: Core, count: number, wrong: string[]): Promise<Stopped[]> => {
  const still = (await open(core, count)).filter((one) => one !== "stuck");
  if (still.length < count) wrong.push(`${count - still.length} of ${count} streams did not begin`);
  return still;
};

type Work = (core: Core, path: string) => Promise<unknown>;

const others: readonly Work[] = [
  (core) => core.run("read", { path: "small" }),
  (core) => core.run("exist", { path: "small" }),
  (core, path) => core.run("write", { path, data: "x" }),
  (core) => core.run("list", { path: "/" }),
];

/** While readers stand still, others go on, and a reader that goes away takes its request with it. */
const besideOthers = async ({ proxy, open: connect }: Stage, count: number): Promise<string[]> => {
  const wrong: string[] = [];
  // Here no time limit ends what stands still.
  const core = connect({ timeout: 600, concurrency: 8, maxAttempts: 2 });
  const still = await begun(core, count, wrong);
  const codes = await Promise.all(
    Array.from({ length: count }, (_, at) =>
      within(outcomeOf(() => (others[at % others.length] as Work)(core, `other-${at}`))),
    ),
  );
  const failed = codes.filter((code) => code !== undefined);
  if (failed.length > 0) wrong.push(`${failed.length} of ${count} other messages: ${[...new Set(failed)].join(", ")}`);
  const half = Math.floor(still.length / 2);
  const before = proxy.inFlight;
  if (wrong.length === 0 && before < count / 2) throw new Error(`only ${before} of ${count} requests stood still`);
  await Promise.all(still.slice(0, half).map((one) => within(one.goAway())));
  if (!(await comesTo(() => proxy.inFlight <= before - half)))
    wrong.push(`${proxy.inFlight - before + half} of ${half} requests stay when their reader has gone away`);
  await within(core.close());
  if (!(await comesTo(() => proxy.inFlight === 0))) wrong.push(`${proxy.inFlight} requests stay after the close`);
  return wrong;
};

/** After the timeout the connections are given back; a reader that comes back all the same has all of its bytes. */
const afterTimeout = async ({ proxy, open: connect }: Stage, count: number): Promise<string[]> => {
  const wrong: string[] = [];
  const core = connect({ timeout: 1, concurrency: 64, maxAttempts: 3 });
  const still = await begun(core, count, wrong);
  if (!(await comesTo(() => proxy.inFlight === 0)))
    wrong.push(`${proxy.inFlight} of ${count} requests stay, long after the timeout`);
  let other = 0;
  for (let at = 0; at < still.length; at += 10) {
    const back = still.slice(at, at + 10).map(async (one) => {
      if ((await within(one.goOn().catch(() => false))) !== true) other++;
    });
    await Promise.all(back);
  }
  if (other > 0) wrong.push(`${other} of ${count} that came back did not have their bytes`);
  return wrong;
};

export const row: Row = {
  number: 16,
  hazard: "a consumer that stops reading a stream",
  required:
    "it holds nobody up: other messages go on; its connection is given back when it goes away, or after the timeout; if it comes back, it has all of its bytes: stuck requests: 0",
  async measure(stage) {
    const count = stage.count(200, 24);
    await stage.store.put("bucket", "large", bytes);
    await stage.store.put("bucket", "small", "x");
    const wrong = [...(await besideOthers(stage, count)), ...(await afterTimeout(stage, count))];
    return {
      held: wrong.length === 0,
      figure:
        wrong.length > 0
          ? wrong.join("; ")
          : `0 of ${shown(count)} beside ${shown(count)} other messages, and 0 of ${shown(count)} after the timeout, all of which came back`,
    };
  },
  mutants: [
    {
      file: "src/core/request-handler.ts",
      from: "      if (isHandedOn) place?.leave();\n",
      to: "",
    },
    {
      file: "src/core/request-handler.ts",
      from: "    socketTimeout: ms,\n",
      to: "",
    },
    {
      file: "src/operations/read.ts",
      from: "      discard();\n      return body.return",
      to: "      return body.return",
    },
  ],
};
