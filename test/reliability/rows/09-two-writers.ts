import { type FaultKind, randomFault } from "../../../dev/fault-proxy";
import { randomFrom } from "../../../dev/random";
import { outcomeOf } from "../../support/outcome";
import { several } from "../../support/several";
import type { Row } from "../row";
import { shown } from "../shown";

const kinds: FaultKind[] = ["slowDown", "internalError", "reset", "delay", "drop"];

const writers = 64;
/** Of an object in parts, each of 16 MiB and more. */
const fewWriters = 8;
const large = Buffer.alloc(16 * 1024 * 1024);

export const row: Row = {
  number: 9,
  hazard: "many write the same key at once, without Overwrite",
  required:
    "the store decides, by If-None-Match, and a 409 is repeated: winners in a round: exactly 1, whose bytes are there",
  async measure({ store, proxy, open, seed, count }) {
    // In every second round, some answers are lost, or are refusals.
    const random = randomFrom(seed);
    proxy.setPlan(({ key = "", operation }) => {
      const spoils = key.startsWith("bad") && /Put|Complete/.test(operation) && random() < 0.05;
      return spoils ? randomFault(random, kinds, 0) : undefined;
    });
    const cores = [0, 1, 2, 3].map(() => open({ maxAttempts: 10, concurrency: 16, timeout: 30 }));
    const compete = async (path: string, count: number, dataOf: (writer: number) => Buffer): Promise<void> => {
      const all = await Promise.all(
        Array.from({ length: count }, (_, writer) => {
          const core = cores[writer % cores.length] as (typeof cores)[number];
          return outcomeOf(() => core.run("write", { path, data: dataOf(writer) }));
        }),
      );
      const winners = all.flatMap((code, writer) => (code === undefined ? [writer] : []));
      const others = all.filter((code) => code !== undefined && code !== "ObjectExists");
      const [winner] = winners;
      if (winners.length !== 1 || winner === undefined) throw new Error(`${path}: ${winners.length} winners`);
      if (others.length > 0) throw new Error(`${path}: losers were told ${others[0]}`);
      const there = await store.get("bucket", path);
      if (!there || !dataOf(winner).equals(there.body)) throw new Error(`${path}: the winner's bytes are not there`);
      if (there.size > 1000) await store.put("bucket", path, "");
    };
    const rounds = count(1000, 20);
    const small = await several(
      rounds,
      seed,
      (one) => compete(`${one % 2 ? "bad" : "good"}-${one}`, writers, (writer) => Buffer.from(`writer ${writer}`)),
      2,
    );
    const inParts = count(20);
    const parts = await several(
      inParts,
      seed,
      (one) =>
        compete(`${one % 2 ? "bad" : "good"}-parts-${one}`, fewWriters, (writer) =>
          Buffer.concat([large, Buffer.from(`writer ${writer}`)]),
        ),
      1,
    );
    const failures = [...small.failures, ...parts.failures];
    return {
      held: failures.length === 0,
      figure:
        failures[0] ??
        `exactly 1 in each of ${shown(rounds)} rounds of ${writers} writers, and in ${shown(inParts)} of ${fewWriters} that write in parts`,
    };
  },
  mutants: [
    { file: "src/core/conditional.ts", from: "        if (ours) return ours;\n", to: "" },
    {
      file: "src/core/ownership.ts",
      from: "  return sameEtag || sameChecksum ? told : undefined;",
      to: "  return told;",
    },
  ],
};
