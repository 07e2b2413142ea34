import fc from "fast-check";
import "should";
import { shown } from "../../src/core/error";
import { type Bucket, bodyOf, type Change, versionsOf } from "./bucket";
import { type As, dataOf, etagOf, isLarge, isReadOnce, largeBody } from "./bytes";
import { anyBody, anyKey, fileKey } from "./pool";
import { type Step, step } from "./step";
import type { Told, Wish } from "./wish";

/** What a write tells of what it wrote. */
const checkWritten =
  (path: string, body: Buffer) =>
  ({ result, now }: Told): void => {
    result.should.containEql({ path, etag: etagOf(body), size: body.length, written: true });
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
    check({ result, twice }) {
      result.should.containEql({ path, etag: etagOf(there ?? Buffer.alloc(0)) });
      if (there || !twice) result.created.should.equal(there === undefined);
    },
  };
});

/** The names that are free, by the rules for `rename`, the first one first. */
const freeNames = (bucket: Bucket, path: string): string[] => {
  const [, start, end] = /^(.+?)(\.[^./]*)?$/.exec(path) as unknown as [string, string, string?];
  const all = [path, ...Array.from({ length: 9 }, (_, n) => `${start} (${n + 1})${end ?? ""}`)];
  return all.filter((name) => !bodyOf(bucket, name));
};

const termsFor = (as: fc.Arbitrary<As>) =>
  fc.record({
    path: fileKey,
    text: anyBody,
    as,
    overwrite: fc.boolean(),
    onConflict: fc.constantFrom("error", "skip", "rename"),
    ifMatch: fc.oneof({ weight: 3, arbitrary: fc.constant("none") }, fc.constantFrom("current", "stale")),
  });

/** @param bytesOf the bytes that a short text stands for */
const writing = (name: string, as: fc.Arbitrary<As>, bytesOf: (text: string) => Buffer): fc.Arbitrary<Step> =>
  step(name, termsFor(as), (input, bucket): Wish => {
    const { path, text, as, overwrite, onConflict } = input;
    const there = bodyOf(bucket, path);
    const body = bytesOf(text);
    const large = isLarge(body);
    const stale = "0".repeat(32);
    const ifMatch = input.ifMatch === "none" ? "" : input.ifMatch === "current" && there ? etagOf(there) : stale;
    const values = { path, data: dataOf(body, as), overwrite, onConflict, ifMatch };
    // An upload in parts can be completed once, however often that is asked for.
    const wish = { verb: "write" as const, values, large, once: large };
    const put = (key: string): Change => ({ key, to: "body", body });
    const sameBytes = there?.equals(body) === true;
    const refused = { ...wish, changes: [], sameBytes: sameBytes ? [path] : [] };
    if (ifMatch !== "") {
      if (ifMatch === stale) return { ...refused, code: "ObjectChanged" };
      const replaced = { ...wish, changes: [put(path)], check: checkWritten(path, body) };
      // The same bytes have the same ETag, so that a repeated request replaces them again.
      return { ...replaced, once: large || !sameBytes, ifTwice: { code: "ObjectChanged" } };
    }
    if (overwrite) return { ...wish, changes: [put(path)], check: checkWritten(path, body) };
    const conditional = { ...wish, once: true };
    if (!there) {
      const made = { ...conditional, changes: [put(path)] };
      if (onConflict === "error")
        return { ...made, check: checkWritten(path, body), ifTwice: { code: "ObjectExists" } };
      const check = (told: Told) => {
        if (told.twice && !told.result.written) told.result.should.containEql({ path, written: false });
        else checkWritten(path, body)(told);
      };
      if (onConflict === "skip") return { ...made, check };
    }
    if (there && onConflict === "error") return { ...refused, code: "ObjectExists" };
    if (there && onConflict === "skip") {
      const check = ({ result }: Told) => result.should.containEql({ path, written: false });
      return { ...refused, check };
    }
    const [free = "", ...others] = freeNames(bucket, path);
    const check = (told: Told) => {
      const names = told.twice ? [free, ...others] : [free];
      names.should.containEql(told.result.path);
      checkWritten(told.result.path, body)(told);
    };
    // Names before the free one may have these bytes too.
    const mistakable = [...bucket.objects.keys()].filter((key) => bodyOf(bucket, key)?.equals(body));
    // What was read once cannot be sent again, under another name.
    const ifTwice = { also: others.map(put), ...(isReadOnce(as) ? { code: "ObjectExists" } : {}) };
    return { ...conditional, changes: [put(free)], sameBytes: mistakable, check, ifTwice };
  });

export const write = writing("write", fc.constantFrom("text", "Buffer", "stream"), Buffer.from);

export const writeInParts = writing("write in parts", fc.constantFrom("stream", "web stream", "sequence"), largeBody);

/** Nearly always the current version; of the others, by their number. */
const anyVersion = fc.oneof({ weight: 3, arbitrary: fc.constant(-1) }, fc.nat({ max: 3 }));

export const read: fc.Arbitrary<Step> = step(
  "read",
  fc.record({ path: fileKey, format: fc.constantFrom("buffer", "string", "stream"), version: anyVersion }),
  ({ path, format, version }, bucket): Wish => {
    const chosen = bucket.versioning === "off" ? undefined : versionsOf(bucket, path)[version];
    const hasBody = chosen?.body !== undefined;
    const body = hasBody ? chosen.body : bodyOf(bucket, path);
    return {
      verb: "read",
      values: { path, format, ...(hasBody ? { versionId: chosen.id } : {}) },
      changes: [],
      ...(body ? {} : { code: "NoSuchKey" }),
      large: body !== undefined && isLarge(body),
      check({ result }) {
        if (!body?.equals(Buffer.from(result))) throw new Error(`it read ${shown(String(result))}`);
      },
      checkPart(bytes) {
        if (!body?.subarray(0, bytes.length).equals(bytes)) throw new Error(`it read ${shown(String(bytes))}`);
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
