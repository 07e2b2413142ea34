import { mkdir, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Fault, ProxiedRequest } from "../../../dev/fault-proxy";
import { type Core, smallPages } from "../../support/context";
import { numbered } from "../../support/keys";
import { outcomeOf } from "../../support/outcome";
import { spoiledPages } from "../../support/spoiled-pages";
import { withFolder } from "../../support/with-folder";
import { type Lane, openLanes } from "../lanes";
import type { Row } from "../row";
import { shown } from "../shown";
import { spoiledListing } from "../spoiled-listing";

const names = numbered(30);
const keys = names.map((name) => `page/${name}`);
const others = [...names.map((name) => `page-old/${name}`), ...names.map((name) => `elsewhere/${name}`)];

/** One key of a page lies in another folder, and is one that is there. */
const astray = spoiledPages["has a key that lies elsewhere"] as Fault;

/** What spoils a page, or nothing; `whole` is told the keys of one that comes as it was sent. */
const watched = (request: ProxiedRequest, random: () => number, whole: (keys: string[]) => void): Fault => {
  const drawn = random();
  const { body: spoil, ...fault } =
    drawn < 0.05 ? astray : drawn < 0.3 ? spoiledListing(request, random) : ({} as Fault);
  return {
    ...fault,
    body(body) {
      const given = typeof spoil === "function" ? spoil(body) : (spoil ?? body);
      const comes = !fault.drop && fault.error === undefined && (fault.cut ?? body.length) >= body.length;
      if (comes && body.equals(Buffer.from(given as Buffer)))
        whole([...body.toString().matchAll(/<Key>(.*?)<\/Key>/g)].map(([, key = ""]) => decodeURIComponent(key)));
      return given;
    },
  };
};

type Work = (core: Core, folder: string) => Promise<unknown>;

/** What deletes by what it has listed: the objects, or a surplus of files, or of objects, and none of those that are listed. */
const works: readonly { deletes: "objects" | "files" | "none of them"; work: Work }[] = [
  { deletes: "objects", work: (core) => core.run("purge", { path: "page", force: true }) },
  { deletes: "objects", work: (core) => core.run("purge", { path: "page", force: true, maxDelete: 30 }) },
  { deletes: "objects", work: (core) => core.run("purge", { path: "page", force: true, versions: true }) },
  {
    deletes: "files",
    work: (core, target) =>
      core.run("download", { path: "page/", target, sync: true, force: true, onConflict: "skip" }),
  },
  {
    deletes: "none of them",
    work: (core, source) =>
      core.run("upload", { source: `${source}/`, path: "page/", sync: true, force: true, onConflict: "skip" }),
  },
];

export const row: Row = {
  number: 12,
  hazard: "what deletes goes by a listing that failed",
  required: "nothing is deleted by a page that did not arrive whole, neither objects nor files: wrong deletes: 0",
  measure: (stage) =>
    withFolder("reliability-", async (home) => {
      const { store } = stage;
      const whole = new Map<string, Set<string>>();
      const lanes = await openLanes(stage, 24, { timeout: 5 }, (request, { bucket, random }) =>
        request.operation.startsWith("List")
          ? watched(request, random, (keys) => {
              for (const key of keys) whole.get(bucket)?.add(key);
            })
          : undefined,
      );
      const small = new Set<Lane>();
      const times = stage.count(4000, 100);
      const { results, failures } = await lanes.run(times, async (lane, seed) => {
        const { bucket, core } = lane;
        if (!small.has(lane)) smallPages(core, 7);
        small.add(lane);
        const listed = new Set<string>();
        whole.set(bucket, listed);
        const folder = join(home, `run-${seed}`);
        await mkdir(folder);
        await Promise.all(names.map((name) => writeFile(join(folder, name), "x")));
        const { deletes, work } = works[seed % works.length] as (typeof works)[number];
        const extra = deletes === "none of them" ? ["page/extra"] : [];
        await store.seed(bucket, [...keys, ...others, ...extra]);
        if (deletes === "files") await writeFile(join(folder, "surplus"), "x");
        const code = await outcomeOf(() => work(core, folder));
        const left = new Set(await store.keys(bucket));
        const may = (key: string): boolean =>
          listed.has(key) && (deletes === "objects" ? key.startsWith("page/") : extra.includes(key));
        const wrong = [...keys, ...others, ...extra].filter((key) => !left.has(key) && !may(key));
        if (wrong.length > 0) throw new Error(`${wrong.length} objects are gone, such as ${wrong[0]}`);
        const files = new Set(await readdir(folder));
        const lost = names.filter((name) => !files.has(name));
        if (lost.length > 0) throw new Error(`${lost.length} files are gone, such as ${lost[0]}`);
        const stays =
          deletes === "objects" ? keys.filter((key) => left.has(key)) : extra.filter((key) => left.has(key));
        if (code === undefined && (stays.length > 0 || files.has("surplus")))
          throw new Error(`it succeeded, and left ${stays[0] ?? "the surplus file"}`);
        return code;
      });
      const good = results.filter((code) => code === undefined).length;
      if (failures.length === 0 && (good < times / 4 || good === times))
        throw new Error(`${good} of ${times} succeeded: nothing was shown`);
      return {
        held: failures.length === 0,
        figure: `${failures[0] ?? 0} in ${shown(times)} purges and synchronizations; ${shown(good)} went to their end, ${shown(times - good)} broke off`,
      };
    }),
  mutants: [
    { file: "src/core/fetch-page.ts", from: "  checkPrefix(page, walk.prefix);\n", to: "" },
    {
      file: "src/core/reply-pages.ts",
      from: 'if (root === "ListBucketResult") checkCount(head.get("KeyCount"), page);',
      to: "",
    },
  ],
};
