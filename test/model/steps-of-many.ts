import fc from "fast-check";
import "should";
import { allKeysOf, type Bucket, bodyOf, type Change, keysOf, versionsOf } from "./bucket";
import { anyBody, anyFolder, anyKey } from "./pool";
import { type Step, step } from "./step";
import type { Told, Wish } from "./wish";

const prefixOf = (path: string): string => (path === "/" ? "" : path.endsWith("/") ? path : `${path}/`);

export const exist: fc.Arbitrary<Step> = step("exist", anyKey, (path, bucket): Wish => {
  const isFolder = path.endsWith("/");
  const there = keysOf(bucket).some((key) => (isFolder ? key.startsWith(path) : key === path));
  return { verb: "exist", values: { path }, changes: [], check: ({ result }) => result.should.equal(there) };
});

const items = fc.uniqueArray(fc.record({ path: fc.constantFrom("b", "c.txt", "x", "/x"), text: anyBody }), {
  selector: ({ path }) => path,
  maxLength: 4,
});

export const writeMany: fc.Arbitrary<Step> = step(
  "write several",
  fc.record({ folder: fc.constantFrom("a/", "é/"), items, overwrite: fc.boolean() }),
  ({ folder, items, overwrite }, bucket): Wish => {
    const all = items.map(({ path, text }) => ({ key: folder + path, to: "body" as const, body: Buffer.from(text) }));
    const taken = overwrite ? [] : all.filter(({ key }) => bodyOf(bucket, key) !== undefined);
    return {
      verb: "write",
      values: { path: folder, data: items.map(({ path, text }) => ({ path, data: text })), overwrite },
      changes: all.filter((one) => !taken.includes(one)),
      once: !overwrite,
      ...(overwrite ? {} : { ifTwice: { codes: "ObjectExists" } }),
      ...(taken.length > 0 ? { code: "PartialFailure" } : {}),
      codes: Object.fromEntries(taken.map(({ key }) => [key, "ObjectExists"])),
      sameBytes: taken.filter(({ key, body }) => bodyOf(bucket, key)?.equals(body)).map(({ key }) => key),
      check: ({ result }) =>
        result
          .map(({ path, written }: { path: string; written: boolean }) => ({ path, written }))
          .should.eql(all.map(({ key }) => ({ path: key, written: true }))),
    };
  },
);

export const removeMany: fc.Arbitrary<Step> = step(
  "delete several",
  fc.record({ paths: fc.array(anyKey, { maxLength: 5 }), ifMissing: fc.constantFrom("error", "ignore") }),
  ({ paths, ifMissing }, bucket): Wish => {
    const all = [...new Set(paths)];
    const there = all.filter((key) => bodyOf(bucket, key) !== undefined);
    const missing = all.filter((key) => !there.includes(key));
    const fails = ifMissing === "error" && missing.length > 0;
    return {
      verb: "delete",
      values: { path: paths, ifMissing },
      changes: there.map((key) => ({ key, to: "gone" })),
      ...(fails ? { code: "PartialFailure" } : {}),
      codes: fails ? Object.fromEntries(missing.map((key) => [key, "NoSuchKey"])) : {},
      check: ({ result }) => result.should.eql({ deleted: there.length, missing: missing.length, failed: [] }),
    };
  },
);

/** The entries of a listing by the rules for it, folders with their slash. */
const listed = (bucket: Bucket, path: string, recurse: boolean, entries: string): string[] => {
  const prefix = prefixOf(path);
  const found = new Set<string>();
  for (const key of keysOf(bucket).filter((key) => key.startsWith(prefix))) {
    const steps = key.slice(prefix.length).split("/");
    const folders = steps.slice(0, -1).slice(0, recurse ? undefined : 1);
    folders.forEach((_, at) => {
      if (entries !== "files") found.add(`${prefix}${steps.slice(0, at + 1).join("/")}/`);
    });
    const isFile = steps.at(-1) !== "" && (recurse || steps.length === 1);
    if (isFile && entries !== "folders") found.add(key);
  }
  return [...found];
};

export const list: fc.Arbitrary<Step> = step(
  "list",
  fc.record({
    path: anyFolder,
    recurse: fc.boolean(),
    entries: fc.constantFrom("files", "folders", "all"),
    maxResults: fc.constantFrom(1, 2, 100),
  }),
  ({ path, recurse, entries, maxResults }, bucket): Wish => ({
    verb: "list",
    values: { path, recurse, entries, maxResults },
    changes: [],
    check({ result }: Told) {
      const paths = listed(bucket, path, recurse, entries).slice(0, maxResults);
      result.map((entry: { path: string }) => entry.path).should.eql(paths);
      for (const { path, type, size } of result) {
        if (type === "file") size.should.equal(bodyOf(bucket, path)?.length);
      }
    },
  }),
);

export const listVersions: fc.Arbitrary<Step> = step(
  "list all versions of",
  anyFolder,
  (path, bucket): Wish => ({
    verb: "list",
    values: { path, recurse: true, versions: true },
    changes: [],
    check({ result }: Told) {
      const keys = allKeysOf(bucket).filter((key) => key.startsWith(prefixOf(path)) && !key.endsWith("/"));
      const all = keys.flatMap((key) => versionsOf(bucket, key).map(({ id }, at) => [key, id, at === 0]));
      result
        .map(({ path, versionId, isLatest }: Record<string, unknown>) => [path, versionId, isLatest])
        .should.eql(all);
    },
  }),
);

const purges = fc.record({
  path: anyFolder,
  force: fc.boolean(),
  versions: fc.boolean(),
  regex: fc.constantFrom("", "[bx]$"),
  maxDelete: fc.constantFrom(undefined, 1),
});

export const purge: fc.Arbitrary<Step> = step("purge", purges, (input, bucket): Wish => {
  const { path, force, versions, regex, maxDelete } = input;
  const prefix = prefixOf(path);
  const selected = (key: string): boolean => {
    const below = key.slice(prefix.length);
    return (
      key.startsWith(prefix) &&
      (regex === "" || (below !== "" && new RegExp(regex, "i").test(below.replace(/\/$/, ""))))
    );
  };
  const keys = (versions ? allKeysOf(bucket) : keysOf(bucket)).filter(selected);
  const of = (key: string) => versionsOf(bucket, key).slice(0, versions ? undefined : 1);
  const all = keys.flatMap(of);
  const bytes = all.reduce((sum, { body }) => sum + (body?.length ?? 0), 0);
  const changes = keys.map((key): Change => {
    return versions ? { key, to: "without", ids: of(key).map(({ id }) => id) } : { key, to: "gone" };
  });
  const tooMany = force && maxDelete !== undefined && all.length > maxDelete;
  return {
    verb: "purge",
    values: { path, force, versions, regex, maxDelete, wholeBucket: true },
    changes: force && !tooMany ? changes : [],
    ...(tooMany ? { code: "TooManyToPurge" } : {}),
    check({ result }: Told) {
      const told = { path, dryRun: !force, bytes, failed: [] };
      result.should.containEql({ ...told, [force ? "deleted" : "matched"]: all.length });
    },
  };
});
