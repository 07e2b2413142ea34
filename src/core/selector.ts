import { byteSize } from "./byte-size";
import { invalid, shown } from "./error";
import { createGlobs } from "./filter";
import { createExpression } from "./key-expression";
import { moment } from "./moment";
import type { Listed } from "./reply-pages";

/** What a flow says of the objects that it means. */
export interface Selection {
  filter?: string | readonly string[] | undefined;
  /** Of filter and regex. */
  caseSensitive?: boolean | undefined;
  regex?: string | undefined;
  minSize?: string | number | undefined;
  maxSize?: string | number | undefined;
  modifiedAfter?: string | number | undefined;
  modifiedBefore?: string | number | undefined;
  storageClass?: string | readonly string[] | undefined;
}

/** Which objects are meant, of those in a folder. */
export interface Selector {
  /** Nothing was said: all are. */
  everything: boolean;
  /** Something was said that only an object has, such as a size: no folder is meant, and no delete marker. */
  byObject: boolean;
  /** A storage class was said. */
  byClass: boolean;
  /**
   * Whether an object is.
   * @param below its path below the folder; a folder's, which has no object, with a slash at its end
   */
  wants(below: string, object?: Listed): boolean;
  /** Whether one of this name may be: the rest is said of the object. */
  wantsName(below: string): boolean;
  /**
   * What the store has to be asked for in place of all that begins with the prefix.
   * @param prefix that of the folder
   * @param flat whether what lies in subfolders is left out: a pattern of names says then what paths begin with
   */
  narrow(prefix: string, flat?: boolean): string;
}

type Check = (object: Listed) => boolean;

/** Bytes in UTF-8 that a key has at most. */
const longestKey = 1024;

const sizeChecks = ({ minSize, maxSize }: Selection): Check[] => {
  const least = minSize === undefined ? undefined : byteSize("minSize", minSize);
  const most = maxSize === undefined ? undefined : byteSize("maxSize", maxSize);
  if (least !== undefined && most !== undefined && least > most) {
    throw invalid(
      "minSize",
      `${shown(minSize)} is more than maxSize ${shown(maxSize)}, and no object is both; swap them`,
    );
  }
  // A delete marker has no size.
  return [
    ...(least === undefined ? [] : [({ size, deleteMarker }: Listed) => !deleteMarker && size >= least]),
    ...(most === undefined ? [] : [({ size, deleteMarker }: Listed) => !deleteMarker && size <= most]),
  ];
};

const timeChecks = ({ modifiedAfter, modifiedBefore }: Selection, now: number): Check[] => {
  const from = modifiedAfter === undefined ? undefined : moment("modifiedAfter", modifiedAfter, now);
  const until = modifiedBefore === undefined ? undefined : moment("modifiedBefore", modifiedBefore, now);
  if (from !== undefined && until !== undefined && from >= until) {
    const why = `${shown(modifiedAfter)} is not before modifiedBefore ${shown(modifiedBefore)}, and no object lies between`;
    throw invalid("modifiedAfter", `${why}; swap them (of two ages, that of modifiedAfter is the longer one)`);
  }
  // Of one without a time nobody knows: NaN is neither before nor after.
  const timeOf = ({ lastModified }: Listed): number => Date.parse(lastModified ?? "");
  return [
    ...(from === undefined ? [] : [(object: Listed) => timeOf(object) >= from]),
    ...(until === undefined ? [] : [(object: Listed) => timeOf(object) < until]),
  ];
};

const classChecks = ({ storageClass = [] }: Selection): Check[] => {
  const names = typeof storageClass === "string" ? [storageClass] : storageClass;
  if (names.length === 0) return [];
  for (const name of names) {
    if (/^[\w-]+$/.test(name)) continue;
    throw invalid(
      "storageClass",
      `${shown(name)} is no name of a class; write it like STANDARD_IA, several as an array`,
    );
  }
  const wanted = new Set(names.map((name) => name.toUpperCase()));
  // S3's documents call it STANDARD where a store tells none.
  return [({ storageClass: own = "STANDARD", deleteMarker }: Listed) => !deleteMarker && wanted.has(own.toUpperCase())];
};

/**
 * Makes one test of all that a flow says; an object has to pass all of it.
 * @param now what ages count back from
 * @throws InvalidParameter for what is none, or what no object can be
 */
export const createSelector = (selection: Selection, now = Date.now()): Selector => {
  const { filter = [], regex = "", caseSensitive = false } = selection;
  const byGlob = filter.length > 0;
  if (byGlob && regex !== "") {
    throw invalid("regex", `${shown(regex)} does not go with filter ${shown(filter)}: leave one of them empty`);
  }
  const globs = byGlob ? createGlobs(filter, caseSensitive) : undefined;
  const wanted = globs?.wanted ?? (regex === "" ? undefined : createExpression(regex, caseSensitive));
  const ofClass = classChecks(selection);
  const checks = [...sizeChecks(selection), ...timeChecks(selection, now), ...ofClass];
  const wantsName = (below: string): boolean => wanted === undefined || wanted(below);
  return {
    everything: wanted === undefined && checks.length === 0,
    byObject: checks.length > 0,
    byClass: ofClass.length > 0,
    // The cheap ones first.
    wants: (below, object) => checks.every((check) => object !== undefined && check(object)) && wantsName(below),
    wantsName,
    narrow(prefix, flat = false) {
      const narrowed = prefix + ((flat ? globs?.flatStart : globs?.start) ?? "");
      // Longer than any key: the store might refuse it.
      return Buffer.byteLength(narrowed) > longestKey ? prefix : narrowed;
    },
  };
};
