import { type Fault, type FaultKind, type ProxiedRequest, randomFault } from "../../../dev/fault-proxy";
import { randomFrom } from "../../../dev/random";
import { type Core, smallPages } from "../../support/context";
import { numbered } from "../../support/keys";
import { several } from "../../support/several";
import { spoiledPages } from "../../support/spoiled-pages";
import { outcomeOf } from "../outcome";
import type { Row } from "../row";
import { shown } from "../shown";

const keys = numbered(30, "page/");
const width = 48;

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

/** Ways to ask what lies in the folder; each gives what it was told, as a text. */
const ways: Readonly<Record<string, (core: Core) => Promise<string>>> = {
  list: async (core) => (await core.run("list", { path: "page" })).result.map(pathOf).join(),
  "list with subfolders": async (core) =>
    (await core.run("list", { path: "page", recurse: true })).result.map(pathOf).join(),
  "list of versions": async (core) =>
    (await core.run("list", { path: "page", versions: true })).result.map(pathOf).join(),
  "list in batches": async (core) =>
    (await all(await core.sequence("list", { path: "page", emit: "batches" }))).map(pathOf).join(),
  "list in another order": async (core) =>
    (await core.run("list", { path: "page", sort: "largest" })).result.map(pathOf).sort().join(),
  "summary of list": async (core) => String((await core.run("list", { path: "page", emit: "summary" })).result.count),
  "dry run of purge": async (core) => String((await core.run("purge", { path: "page" })).result.matched),
  "exist of a folder": async (core) => String((await core.run("exist", { path: "page/" })).result),
};
const pathOf = ({ path }: { path: string }): string => path;

const whole = (way: string): string =>
  way === "exist of a folder" ? "true" : /summary|purge/.test(way) ? String(keys.length) : keys.join();

export const row: Row = {
  number: 1,
  hazard:
    "a listing is cut off, or answered 200 with nothing, a page of HTML, another root element, or no word on where it goes on",
  required: "it is asked for again, or an error: partial or empty lists passed on as whole: 0",
  async measure({ store, proxy, open, seed, count }) {
    const random = new Map<string, () => number>();
    let spoils = 0;
    proxy.setPlan((request) => {
      const draw = random.get(request.bucket ?? "");
      if (!draw || draw() < 0.7) return undefined;
      spoils++;
      return spoiled(request, draw);
    });
    const lanes: Core[] = [];
    for (let lane = 0; lane < width; lane++) {
      const name = `lane-${lane}`;
      await store.createBucket(name);
      await store.seed(name, keys);
      const core = open({ bucket: name, timeout: 5 });
      // Of several pages, each.
      smallPages(core, 7);
      lanes.push(core);
    }
    const times = count(4000);
    const { results, failures } = await several(
      times,
      seed,
      (one, lane) => {
        const core = lanes[lane] as Core;
        const draw = randomFrom(one);
        random.set(core.context.bucket, draw);
        const way = Object.keys(ways)[one % Object.keys(ways).length] as string;
        return outcomeOf(async () => {
          const told = await (ways[way] as (core: Core) => Promise<string>)(core);
          if (told !== whole(way)) throw new Error(`${way} told ${told}`);
        });
      },
      width,
    );
    const good = results.filter((code) => code === undefined).length;
    if (failures.length === 0 && (good < times / 4 || spoils < times / 2))
      throw new Error(`only ${good} were whole, and ${spoils} pages spoiled, of ${times}`);
    return {
      held: failures.length === 0,
      figure: `${failures[0] ?? 0} of ${shown(times)} (${shown(spoils)} pages spoiled; ${shown(good)} lists whole, ${shown(times - good)} errors)`,
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
