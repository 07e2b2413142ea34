import { setImmediate as nextTurn } from "node:timers/promises";
import type { Connection } from "../connection";
import { invalid, S3Error, shown, unseen } from "../error";
import { checkObjectPath, keyOf, pathOf } from "../key";
import { atOnce, batchSize, type Named, readTime } from "./named";

const wrong = (name: string, must: string, value: unknown): Error =>
  invalid(name, `must be ${must}, and is ${shown(value)}`);

const textOf = (name: string, value: unknown): string => {
  if (typeof value !== "string") throw wrong(name, "a string", value);
  // Half a character cannot be sent in UTF-8.
  if (/\p{Surrogate}/u.test(value)) {
    throw invalid(name, "has half of a character in it (a lone surrogate); check how it was cut");
  }
  return value;
};

/** How the facts of an entry are read, as the list node tells them. */
const readers: { [Fact in keyof Omit<Named, "key">]-?: (name: string, value: unknown) => Named[Fact] } = {
  versionId: (name, value) => textOf(name, value) || undefined,
  etag: (name, value) => textOf(name, value).replaceAll('"', "") || undefined,
  storageClass: textOf,
  isLatest(name, value) {
    if (typeof value !== "boolean") throw wrong(name, "true or false", value);
    return value;
  },
  deleteMarker(name, value) {
    if (typeof value !== "boolean") throw wrong(name, "true or false", value);
    return value;
  },
  size(name, value) {
    if (!Number.isSafeInteger(value) || (value as number) < 0) throw wrong(name, "a number of bytes", value);
    return value as number;
  },
  lastModified(name, value) {
    // A Date is what JavaScript has in place of the text.
    const text = value instanceof Date && !Number.isNaN(value.getTime()) ? value.toISOString() : value;
    const time = typeof text === "string" ? readTime(text) : undefined;
    if (time === undefined) throw wrong(name, "a time such as 2026-05-31T12:00:00Z", value);
    return time;
  },
};

const factsOf = (name: string, entry: Record<string, unknown>): Omit<Named, "key"> => {
  const facts: Record<string, unknown> = {};
  for (const [fact, read] of Object.entries(readers)) {
    const value = entry[fact];
    if (value === undefined || value === null) continue;
    const told = read(`${name}.${fact}`, value);
    if (told !== undefined) facts[fact] = told;
  }
  return facts;
};

const hint = 'an entry has the path of an object, such as { path: "logs/a.txt" }';

const pathIn = (name: string, { path }: Record<string, unknown>): string => {
  if (typeof path !== "string") throw invalid(`${name}.path`, `must be a string, and is ${shown(path)}: ${hint}`);
  return textOf(`${name}.path`, path);
};

const entryOf = (name: string, item: unknown): Record<string, unknown> => {
  if (typeof item === "string") return { path: item };
  if (typeof item !== "object" || item === null || Array.isArray(item)) {
    throw wrong(name, "a path, or an entry with one such as { path: … }", item);
  }
  return item as Record<string, unknown>;
};

/**
 * Reads a path or an entry.
 * @param name what errors call it
 * @throws InvalidParameter for what names no object
 */
export const readItem = (connection: Connection, name: string, item: unknown): Named => {
  try {
    const entry = entryOf(name, item);
    const path = pathIn(name, entry);
    checkObjectPath(path, name);
    if (entry.type === "folder") throw invalid(name, `${shown(path)} is a folder: name what lies in it`);
    return { key: keyOf(connection, path), ...factsOf(name, entry) };
  } catch (error) {
    throw error instanceof S3Error ? error : unseen(name, error);
  }
};

/** Refuses an entry without a version, where each must name its own. */
export const checkVersion = (versionId: string | undefined, name: string, path: string): void => {
  if (versionId !== undefined) return;
  throw invalid(name, `${shown(path)} has no versionId, and All versions is set: list all versions, or untick it`);
};

/**
 * What an array names: paths, or entries as the list node sends them.
 * @param name that of the parameter, for errors
 * @param versions each must name its version
 * @throws InvalidParameter that says which of them is wrong
 */
export async function* ofArray(
  connection: Connection,
  items: readonly unknown[],
  name: string,
  versions: boolean,
): AsyncGenerator<Named[], void, undefined> {
  for (let at = 0; at < items.length; at += batchSize) {
    if (at > 0 && at % atOnce === 0) await nextTurn();
    yield items.slice(at, at + batchSize).map((item, index) => {
      const named = readItem(connection, `${name}[${at + index}]`, item);
      if (versions) checkVersion(named.versionId, `${name}[${at + index}]`, pathOf(connection, named.key));
      return named;
    });
  }
}
