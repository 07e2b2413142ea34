/**
 * `npm run bench -- keys [SERVER…] [LAYOUT…] [COUNT…]`: lists and purges buckets with so many keys, by ours and by others, on the
 * same server and in turns. Counts are 1000, 100000 and 1000000 at first; servers those of `npm run servers`, at first embedded
 * and versitygw; layouts flat and folders, both at first. With `--write` the tables go into docs/benchmarks.md.
 */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isServerName, type ServerName } from "../../servers/servers";
import { writeTables } from "../write-tables";
import { type Layout, layouts } from "./layouts";
import { listKeys } from "./list";
import { purgeKeys } from "./purge";
import { startKeyStore } from "./stores";

const isKnown = (arg: string): boolean => isServerName(arg) || Object.hasOwn(layouts, arg) || /^[1-9]\d*$/.test(arg);

export const benchKeys = async (args: readonly string[]): Promise<void> => {
  const counts = args.filter((arg) => /^[1-9]\d*$/.test(arg)).map(Number);
  const servers = args.filter(isServerName);
  const named = args.filter((arg): arg is Layout => Object.hasOwn(layouts, arg));
  const unknown = args.find((arg) => arg !== "--write" && !isKnown(arg));
  if (unknown) throw new Error(`${unknown} is no server, no layout and no number of keys`);
  const home = await mkdtemp(join(tmpdir(), "keys-"));
  try {
    for (const name of servers.length > 0 ? servers : (["embedded", "versitygw"] as ServerName[])) {
      const store = await startKeyStore(name);
      try {
        const pace = new Map<string, number>();
        for (const count of counts.length > 0 ? counts : [1000, 100_000, 1_000_000]) {
          for (const layout of named.length > 0 ? named : (Object.keys(layouts) as Layout[])) {
            const rounds = store.fillsFast && count < 1_000_000 ? 3 : 1;
            const bench = { name, store, home, layout, count, rounds, pace };
            for (const part of [listKeys, purgeKeys]) {
              const made = await part(bench);
              console.log(`\n${made}`);
              if (args.includes("--write")) await writeTables("keys", [made]);
            }
          }
        }
      } finally {
        await store.close();
      }
    }
  } finally {
    await rm(home, { recursive: true });
  }
};
