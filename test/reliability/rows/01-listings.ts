import { type Fault, type FaultKind, type ProxiedRequest, randomFault } from "../../../dev/fault-proxy";
import { type Core, smallPages } from "../../support/context";
import { numbered } from "../../support/keys";
import { outcomeOf } from "../../support/outcome";
import { spoiledPages } from "../../support/spoiled-pages";
import { openLanes } from "../lanes";
import type { Row } from "../row";
import { shown } from "../shown";

const keys = numbered(30, "page/");

const onWire: FaultKind[] = ["slowDown", "internalError", "reset", "cut", "drop", "page"];
const ofVersions = Object.values(spoiledPages).filter(({ onlyV2 }) => !onlyV2);

/** A page that is not as it was sent, or does not come. */
const spoiled = ({ operation }: ProxiedRequest, random: () => number): Fault => {
  if (random() < 0.4) return randomFault(random, onWire, 2000);
  const pages = operation === "ListObjectVersions" ? ofVersions : Object.values(spoiledPages);
  return pages[Math.floor(random() * pages.length)] as Fault;
};

const all = async (items: AsyncIterator<{ path: string }[]>): Promise<{ path: string }[]> => {
  const found: { path: string }[] = [];
  for (let next = await items.next(); !next.done; next = await items.next()) found.push(...next.value);
  return found;
};

const pathsOf = (entries: readonly { path: string }[]): string[] => entries.map(({ path }) => path);

const list = (more: object) => async (core: Core) => (await core.run("list", { path: "page", ...more })).result;

/** Ways to ask what lies in the folder, and what they tell where all of it came. */
const ways: readonly { way: string; ask: (core: Core) => Promise<unknown>; whole: unknown }[] = [
  { way: "list", ask: async (core) => pathsOf(await list({})(core)), whole: keys },
  { way: "list with subfolders", ask: async (core) => pathsOf(await list({ recurse: true })(core)), whole: keys },
  { way: "list of versions", ask: async (core) => pathsOf(await list({ versions: true })(core)), whole: keys },
  {
    way: "list in another order",
    ask: async (core) => pathsOf(await list({ sort: "largest" })(core)).sort(),
    whole: keys,
  },
  {
    way: "list in batches",
    ask: async (core) => pathsOf(await all(await core.sequence("list", { path: "page", emit: "batches" }))),
    whole: keys,
  },
  { way: "summary", ask: async (core) => (await list({ emit: "summary" })(core)).count, whole: keys.length },
  {
    way: "dry run of purge",
    ask: async (core) => (await core.run("purge", { path: "page" })).result.matched,
    whole: keys.length,
  },
  {
    way: "exist of a folder",
    ask: async (core) => (await core.run("exist", { path: "page/" })).result,
    whole: true,
  },
];

export const row: Row = {
  number: 1,
  hazard:
    "a listing is cut off, or answered 200 with nothing, a page of HTML, another root element, or no word on where it goes on",
  required: "it is asked for again, or an error: partial or empty lists passed on as whole: 0",
  async measure(stage) {
    const filled = new Set<string>();
    const lanes = await openLanes(stage, 48, { timeout: 5 }, (request, { random }) =>
      random() < 0.3 ? spoiled(request, random) : undefined,
    );
    const times = stage.count(4000, 100);
    const { results, failures } = await lanes.run(times, async ({ core, bucket }, seed) => {
      if (!filled.has(bucket)) {
        filled.add(bucket);
        await stage.store.seed(bucket, keys);
        // Of several pages, each.
        smallPages(core, 7);
      }
      const { way, ask, whole } = ways[seed % ways.length] as (typeof ways)[number];
      return outcomeOf(async () => {
        const told = await ask(core);
        if (JSON.stringify(told) !== JSON.stringify(whole)) throw new Error(`${way} told ${JSON.stringify(told)}`);
      });
    });
    const good = results.filter((code) => code === undefined).length;
    if (failures.length === 0 && (good < times / 4 || lanes.befallen < times / 2))
      throw new Error(`only ${good} of ${times} were whole, and ${lanes.befallen} pages spoiled: nothing was shown`);
    return {
      held: failures.length === 0,
      figure: `${failures[0] ?? 0} of ${shown(times)}, ${shown(lanes.befallen)} pages spoiled; ${shown(good)} whole, ${shown(times - good)} errors`,
    };
  },
  mutants: [
    {
      file: "src/core/reply-pages.ts",
      from: 'if (root === "ListBucketResult") checkCount(head.get("KeyCount"), page);',
      to: "",
    },
    {
      file: "src/core/reply-pages.ts",
      from: 'if (truncated === "false") return page;',
      to: 'if (truncated === "false" || !head.has("NextContinuationToken")) return page;',
    },
    { file: "src/core/fetch-page.ts", from: "  checkPrefix(page, walk.prefix);\n", to: "" },
  ],
};
