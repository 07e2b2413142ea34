import "should";
import { gzipSync } from "node:zlib";
import { randomFrom } from "../../dev/random";
import { chosenServer } from "../support/chosen-server";
import { type Core, openCore } from "../support/context";
import { inventoryRow, type Row, writeInventory } from "../support/inventory";
import { unlessDiffers } from "../support/only-embedded";
import { useStore } from "../support/world";

/** Few enough for keys to be one another's beginnings. */
const segments = [
  "a",
  "ab",
  "a-",
  "b",
  "",
  "..",
  "a b",
  "😀",
  "%",
  "%20",
  "a+b",
  'q"uo,te',
  "&amp;",
  "é",
  "logs",
  "\\",
];

/** No line of a text may have it. */
const withBreaks = [...segments, "a\nb", "a\r\nb"];

// A round is some hundred requests.
const [rounds, enough] = chosenServer.access ? [15, 5] : [60, 50];

unlessDiffers("keys-are-file-paths", () => {
  describe("purge by random listings", () => {
    const world = useStore({ buckets: ["lists"] });
    const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
    const random = randomFrom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const pathOf = (from: readonly string[]) =>
      Array.from({ length: 1 + Math.floor(random() * 3) }, () => pick(from)).join("/") + (random() < 0.1 ? "/" : "");
    const nameOf = (below: string): string => below.replace(/\/$/, "").replace(/^.*\//s, "");
    /** Selectors, and what they let pass, said in another way. */
    const selections: [object, (below: string, size: number) => boolean][] = [
      [{}, () => true],
      [{ filter: "a*", caseSensitive: true }, (below) => nameOf(below).startsWith("a")],
      [{ regex: "[ %+]" }, (below) => /[ %+]/.test(below)],
      [{ minSize: 2 }, (_, size) => size > 1],
      [{ maxSize: 1, modifiedAfter: "1d" }, (_, size) => size === 1],
      [{ modifiedBefore: "1d" }, () => false],
    ];
    let core: Core;
    before(() => {
      core = openCore(world.s3);
    });
    after(() => core.close());

    it(`takes exactly what is named, meant and unchanged, SEED=${seed}`, async function () {
      this.timeout(180_000);
      let purged = 0;
      const seen = { outside: 0, missing: 0, changed: 0 };
      for (let round = 0; round < rounds; round++) {
        const way = pick(["array", "text", "inventory", "entries"]);
        const names = way === "text" ? segments : withBreaks;
        const valid = (key: string) => key.trim() !== "" && key !== "/";
        const there = new Map<string, string>();
        for (let n = 0; n < 30; n++) {
          const key = pathOf(names);
          if (valid(key)) there.set(key, random() < 0.5 ? "x" : "four");
        }
        await world.s3.seed(
          "bucket",
          [...there].filter(([, body]) => body === "x").map(([key]) => key),
          "x",
        );
        await world.s3.seed(
          "bucket",
          [...there].filter(([, body]) => body !== "x").map(([key]) => key),
          "four",
        );
        const before = await world.s3.keys("bucket");
        const sizes = new Map<string, number>();
        const rows = new Map<string, Row>();
        const objects = await Promise.all(before.map((key) => world.s3.get("bucket", key)));
        for (const [index, key] of before.entries()) {
          const object = objects[index];
          if (!object) throw new Error(`there is no ${key}`);
          sizes.set(key, object.size);
          rows.set(key, inventoryRow(key, object));
        }
        // Some of them, some twice, and some that are not there.
        const named = before.filter((key) => random() < 0.6 && valid(key) && (way !== "text" || !/[\r\n]/.test(key)));
        const gone = Array.from({ length: 3 }, () => `gone/${pathOf(names)}`).filter((key) => !sizes.has(key));
        const all = [...named, ...gone, ...named.slice(0, 2)].sort(() => random() - 0.5);
        const listing = await (async (): Promise<unknown> => {
          const row = (key: string): Row => rows.get(key) ?? { Key: key, Size: "1" };
          if (way === "array") return all;
          if (way === "entries") return all.map((key) => ({ path: key, etag: row(key).ETag }));
          if (way === "inventory") {
            const cut = Math.floor(random() * all.length);
            const files = [all.slice(0, cut).map(row), all.slice(cut).map(row)];
            return writeInventory(world.s3, "bucket", { files, destination: "lists" });
          }
          const text = `${all.join(pick(["\n", "\r\n", "\n\n"]))}${pick(["", "\n"])}`;
          await world.s3.put("lists", "keys.txt.gz", gzipSync(text));
          return "keys.txt.gz";
        })();
        // Written anew after the listing was made.
        const changed = new Set(["inventory", "entries"].includes(way) ? named.filter(() => random() < 0.1) : []);
        for (const key of changed) await world.s3.put("bucket", key, `else ${round}`);
        const path = random() < 0.5 ? "/" : pick(["a", "logs", "a b"]);
        const folder = path === "/" ? "" : `${path}/`;
        const [told, passes] = pick(selections);
        const values = {
          path,
          wholeBucket: true,
          from: "listing",
          listing,
          listingBucket: world.s3.bucketName("lists"),
          ...told,
        };
        const meant = (key: string): boolean =>
          key.startsWith(folder) &&
          (Object.keys(told).length === 0 || key !== folder) &&
          passes(key.slice(folder.length), sizes.get(key) ?? 0);
        const what = `round ${round}, ${way} in ${path} with ${JSON.stringify(told)}`;
        const { result: dry } = await core.run("purge", values);
        (await world.s3.keys("bucket")).should.eql(before, what);
        const { result } = await core.run("purge", { ...values, force: true });
        const after = new Set(await world.s3.keys("bucket"));
        const wanted = named.filter((key) => !changed.has(key) && meant(key));
        before.filter((key) => !after.has(key)).should.eql(wanted, what);
        result.deleted.should.equal(wanted.length, what).and.equal(dry.matched);
        result.bytes.should.equal(
          wanted.reduce((sum, key) => sum + (sizes.get(key) ?? 0), 0),
          what,
        );
        result.outside.should.equal(new Set(all.filter((key) => !key.startsWith(folder))).size, what);
        for (const count of ["outside", "missing", "changed"] as const) {
          result[count].should.equal(dry[count], what);
          seen[count] += result[count];
        }
        purged += result.deleted;
      }
      // Or else nothing was shown.
      purged.should.be.above(enough);
      for (const count of Object.values(seen)) count.should.be.above(0);
    });
  });
});
