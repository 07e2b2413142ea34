import { Readable } from "node:stream";
import { allowed } from "../../../dev/bench/memory/limits";
import { measureMemory } from "../../../dev/bench/memory/measure";
import type { Served } from "../../../dev/bench/server";
import { outcomeOf } from "../../support/outcome";
import { withFolder } from "../../support/with-folder";
import { type Flooded, flood } from "../flood";
import type { Row } from "../row";
import { shown } from "../shown";
import type { Stage } from "../stage";

const MiB = 1024 * 1024;

/** What the sizes are compared on at a small scale. */
const few = ["write, a sequence", "read, chunks"];

/** MiB that the most messages at once may take more than those that are taken at a time: each is the sender's, and has an error. */
const mostOfFlood = 512;

/** Messages that may wait at a node. */
const mayWait = 10_000;

/** What went wrong, and what was seen. */
interface Part {
  wrong: string[];
  seen: string;
}

/** Of an object that is refused, what is on its way by then. */
const onItsWay = 16 * MiB;

const formats = ["auto", "string", "buffer", "json"] as const;

function* zeros(size: number): Generator<Buffer> {
  const piece = Buffer.alloc(MiB);
  for (let at = 0; at < size; at += piece.length) yield piece;
}

/** An object that is too large for the memory is refused before it is fetched. */
const tooLarge = async ({ proxy, open, count }: Stage): Promise<Part> => {
  const size = count(1024, 128) * MiB;
  const core = open({ timeout: 60 });
  await core.run("write", { path: "large", data: Readable.from(zeros(size)), overwrite: true });
  proxy.clear();
  const wrong: string[] = [];
  for (const format of formats) {
    const code = await outcomeOf(() => core.run("read", { path: "large", format, maxBytes: size - 1 }));
    if (code !== "ObjectTooLarge") wrong.push(`${format} of ${size / MiB} MiB came to ${code ?? "success"}`);
  }
  await core.close();
  const fetched = proxy.log.reduce((sum, { sent }) => sum + sent, 0);
  if (fetched > formats.length * onItsWay) wrong.push(`${Math.round(fetched / MiB)} MiB were fetched all the same`);
  return { wrong, seen: `${shown(size / MiB)} MiB refused in ${formats.length} formats` };
};

/** The size of an object decides nothing about memory. */
const flat = (server: Served, count: Stage["count"]): Promise<Part> =>
  withFolder("memory-", async (home) => {
    const [small, large] = [64, count(4096, 256)];
    const names = large < 4096 ? few : undefined;
    const before = await measureMemory(server, home, small * MiB, names);
    const after = await measureMemory(server, home, large * MiB, names);
    const grown = after.map(({ name, peak }, at) => ({ name, more: peak - (before[at]?.peak ?? 0) }));
    const [most] = grown.sort((one, other) => other.more - one.more);
    if (!most) throw new Error("there are no ways");
    const text = `${Math.round(most.more)} MiB more at ${shown(large)} MiB than at ${small}, at the most of ${grown.length} ways: ${most.name}`;
    return { wrong: most.more > allowed ? [text] : [], seen: text };
  });

const sumOf = ({ ends }: Flooded): number => Object.values(ends).reduce((sum, count) => sum + count, 0);

/** Very many messages: side by side as many as a node takes, or all at once. */
const floods = async (server: Served, count: Stage["count"]): Promise<Part> => {
  const messages = count(100_000, 15_000);
  const wrong: string[] = [];
  const steady = await flood({ server, messages, width: 1000 });
  const { done: all = 0 } = steady.ends;
  if (all !== messages) wrong.push(`${messages - all} of ${messages} messages, 1,000 at a time, were not done`);
  const sudden = await flood({ server, messages, width: messages });
  const { done = 0, QueueFull: full = 0 } = sudden.ends;
  const answered = done + full;
  if (answered !== messages || sumOf(sudden) !== messages)
    wrong.push(`of ${messages} messages at once, ${messages - answered} came to ${JSON.stringify(sudden.ends)}`);
  if (done < mayWait || full === 0) wrong.push(`${done} of ${messages} messages at once were done`);
  for (const { alive } of [steady, sudden]) if (!alive) wrong.push("a node took no message any more");
  const more = Math.round(sudden.peak - steady.peak);
  if (more > mostOfFlood) wrong.push(`${messages} messages at once took ${more} MiB more`);
  return {
    wrong,
    seen: `${shown(messages)} messages at once: ${shown(done)} done, ${shown(full)} QueueFull, 0 lost, at a peak of ${Math.round(sudden.peak)} MiB (${Math.round(steady.peak)} MiB with 1,000 at a time, all done)`,
  };
};

export const row: Row = {
  number: 15,
  hazard: "a gigabyte read into memory, ten thousand messages at once",
  required: `At most refuses before anything is fetched; in sequences and streams, the peak of memory at 4 GiB is within ${allowed} MiB of that at 64 MiB, with V8's young generation at 16 MiB; of 100,000 messages each is answered, done or with QueueFull`,
  async measure(stage) {
    const { store, count } = stage;
    const { endpoint, accessKey, secretKey, region } = store;
    const server = { endpoint, accessKey, secretKey, region, bucket: store.bucketName("bucket") };
    const parts = [await tooLarge(stage), await flat(server, count), await floods(server, count)];
    const wrong = parts.flatMap((part) => part.wrong);
    return { held: wrong.length === 0, figure: (wrong.length > 0 ? wrong : parts.map(({ seen }) => seen)).join("; ") };
  },
  mutants: [
    { file: "src/operations/read.ts", from: "if ((source.size ?? 0) > maxBytes) {", to: "if (false) {" },
    { file: "src/node-red/queue.ts", from: "longestQueue = 10_000", to: "longestQueue = 1e9" },
    {
      file: "src/core/split.ts",
      from: "      yield Buffer.concat(held, size);\n      count++;",
      to: "      const whole = Buffer.concat(held, size);\n      ((globalThis as never as { all: Buffer[] }).all ??= []).push(whole);\n      yield whole;\n      count++;",
    },
  ],
};
