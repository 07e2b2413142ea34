import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import fc from "fast-check";
import "should";
import { type Bucket, bodyOf, type Change, versionsOf } from "./bucket";
import { anyBody, anyKey, fileKey } from "./pool";
import { type Step, step } from "./step";
import type { Told, Wish } from "./wish";

const md5 = (bytes: Buffer): string => createHash("md5").update(bytes).digest("hex");

/** What a write tells of what it wrote. */
const checkWritten =
  (path: string, body: Buffer) =>
  ({ result, now }: Told): void => {
    result.should.containEql({ path, etag: md5(body), size: body.length, written: true });
    // A repeated request may have been answered by any of its attempts.
    const ids = versionsOf(now, path).map(({ id }) => id);
    if (now.versioning === "Enabled") ids.should.containEql(result.versionId);
  };

export const create: fc.Arbitrary<Step> = step("create", anyKey, (path, bucket): Wish => {
  const there = bodyOf(bucket, path);
  return {
    verb: "create",
    values: { path },
    changes: there ? [] : [{ key: path, to: "body", body: Buffer.alloc(0) }],
    once: true,
    sameBytes: there?.length === 0 ? [path] : [],
    check: ({ result }) =>
      result.should.containEql({ path, created: there === undefined, etag: md5(there ?? Buffer.alloc(0)) }),
  };
});

/** The name that is free, by the rules for `rename`. */
const freeName = (bucket: Bucket, path: string): string => {
  const [, start, end] = /^(.+?)(\.[^./]*)?$/.exec(path) as unknown as [string, string, string?];
  let free = path;
  for (let n = 1; bodyOf(bucket, free); n++) free = `${start} (${n})${end ?? ""}`;
  return free;
};

const terms = fc.record({
  path: fileKey,
  text: anyBody,
  as: fc.constantFrom("text", "Buffer", "stream"),
  overwrite: fc.boolean(),
  onConflict: fc.constantFrom("error", "skip", "rename"),
  ifMatch: fc.oneof({ weight: 3, arbitrary: fc.constant("none") }, fc.constantFrom("current", "stale")),
});

const dataOf = (text: string, as: string): unknown =>
  as === "text" ? text : as === "Buffer" ? Buffer.from(text) : Readable.from([Buffer.from(text)]);

export const write: fc.Arbitrary<Step> = step("write", terms, (input, bucket): Wish => {
  const { path, text, as, overwrite, onConflict } = input;
  const there = bodyOf(bucket, path);
  const body = Buffer.from(text);
  const stale = "0".repeat(32);
  const ifMatch = input.ifMatch === "none" ? "" : input.ifMatch === "current" && there ? md5(there) : stale;
  const wish = { verb: "write" as const, values: { path, data: dataOf(text, as), overwrite, onConflict, ifMatch } };
  const put = (key: string): Change => ({ key, to: "body", body });
  const sameBytes = there?.equals(body) === true;
  const refused = { ...wish, changes: [], sameBytes: sameBytes ? [path] : [] };
  if (ifMatch !== "") {
    if (ifMatch === stale) return { ...refused, code: "ObjectChanged" };
    // The same bytes have the same ETag, so that a repeated request replaces them again.
    return { ...wish, changes: [put(path)], once: !sameBytes, check: checkWritten(path, body) };
  }
  if (overwrite) return { ...wish, changes: [put(path)], check: checkWritten(path, body) };
  const conditional = { ...wish, once: true };
  if (!there) return { ...conditional, changes: [put(path)], check: checkWritten(path, body) };
  if (onConflict === "error") return { ...refused, code: "ObjectExists" };
  if (onConflict === "skip") {
    const check = ({ result }: Told) => result.should.containEql({ path, written: false });
    return { ...refused, check };
  }
  const free = freeName(bucket, path);
  // Names before the free one may have these bytes too.
  const mistakable = [...bucket.objects.keys()].filter((key) => bodyOf(bucket, key)?.equals(body));
  return { ...conditional, changes: [put(free)], sameBytes: mistakable, check: checkWritten(free, body) };
});

/** Nearly always the current version; of the others, by their number. */
const anyVersion = fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, fc.nat({ max: 3 }));

export const read: fc.Arbitrary<Step> = step(
  "read",
  fc.record({ path: fileKey, format: fc.constantFrom("buffer", "string"), version: anyVersion }),
  ({ path, format, version }, bucket): Wish => {
    const chosen = bucket.versioning === "off" ? undefined : versionsOf(bucket, path)[version];
    const hasBody = chosen?.body !== undefined;
    const body = hasBody ? chosen.body : bodyOf(bucket, path);
    return {
      verb: "read",
      values: { path, format, ...(hasBody ? { versionId: chosen.id } : {}) },
      changes: [],
      ...(body ? {} : { code: "NoSuchKey" }),
      check({ result }) {
        if (!body?.equals(Buffer.from(result))) throw new Error(`it read ${JSON.stringify(String(result))}`);
      },
    };
  },
);

export const remove: fc.Arbitrary<Step> = step(
  "delete",
  fc.record({ path: anyKey, ifMissing: fc.constantFrom("error", "ignore"), version: anyVersion }),
  ({ path, ifMissing, version }, bucket): Wish => {
    const chosen = bucket.versioning === "off" ? undefined : versionsOf(bucket, path)[version];
    const there = chosen !== undefined || bodyOf(bucket, path) !== undefined;
    const change: Change = chosen ? { key: path, to: "without", ids: [chosen.id] } : { key: path, to: "gone" };
    return {
      verb: "delete",
      values: { path, ifMissing, ...(chosen ? { versionId: chosen.id } : {}) },
      changes: there ? [change] : [],
      ...(there || ifMissing === "ignore" ? {} : { code: "NoSuchKey" }),
      check: ({ result }) => result.should.containEql({ path, deleted: there }),
    };
  },
);
