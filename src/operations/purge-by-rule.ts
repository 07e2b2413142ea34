import { byteSize } from "../core/byte-size";
import { invalid, shown } from "../core/error";
import { folderOf, keyOf } from "../core/key";
import { changeRules } from "../core/lifecycle";
import { moment } from "../core/moment";
import type { Context } from "../core/operation";
import { isOwn, purgeRules } from "../core/purge-rules";
import type { Selection } from "../core/selector";
import { isGiven } from "./selector-parameters";

/** What a purge node was told, as far as rules are concerned. */
export interface Told extends Selection {
  path: string;
  force: boolean;
  mode: "lifecycle" | "lifecycle-remove";
  versions: boolean;
  keepVersions?: number | undefined;
  maxDelete?: number | undefined;
  startAfter?: string | undefined;
}

const day = 24 * 60 * 60 * 1000;

/** Noncurrent versions that a rule can keep. */
const mostKept = 100;

/** What no rule can tell apart. */
const inexpressible = ["filter", "regex", "modifiedAfter", "storageClass", "startAfter", "maxDelete"] as const;

/** Whole days: a rule knows no hours, and a date would stay where it is while the rule goes on. */
const daysOf = (value: string | number | undefined): number => {
  if (value === undefined) return 1;
  const [days, later] = [0, day].map((more) => {
    const now = 1e12 + more;
    return (now - moment("modifiedBefore", value, now)) / day;
  });
  // An age is as long tomorrow as it is today.
  if (days === later && days !== undefined && Number.isInteger(days) && days >= 1) return days;
  throw invalid("modifiedBefore", `${shown(value)} is none for a rule: write an age in whole days, such as 90d`);
};

/** XML 1.0 cannot carry these. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what it is about
const unwritable = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/;

const rulesFor = (told: Told, prefix: string) => {
  for (const name of inexpressible) {
    if (isGiven(told[name])) {
      throw invalid(
        name,
        `${shown(told[name])} cannot be said in a lifecycle rule: leave it empty, or set Mode to delete`,
      );
    }
  }
  const { versions, keepVersions } = told;
  if (keepVersions !== undefined && keepVersions > mostKept) {
    throw invalid("keepVersions", `${keepVersions} is more than a rule can keep, which are ${mostKept}`);
  }
  const [minSize, maxSize] = (["minSize", "maxSize"] as const).map((name) => {
    const size = told[name];
    return size === undefined ? undefined : byteSize(name, size);
  });
  if (minSize !== undefined && maxSize !== undefined && minSize > maxSize) {
    throw invalid("minSize", `${shown(told.minSize)} is more than maxSize ${shown(told.maxSize)}; swap them`);
  }
  return purgeRules({ prefix, days: daysOf(told.modifiedBefore), minSize, maxSize, versions, keepVersions });
};

/** Has the store delete what a purge would delete, by rules in the bucket's lifecycle configuration; or no longer. */
export const purgeByRule = async (context: Context, told: Told): Promise<object> => {
  const { path, force, mode } = told;
  const prefix = keyOf(context.connection, folderOf(path));
  if (unwritable.test(prefix)) throw invalid("path", `${shown(path)} has a character that no rule can name`);
  const rules = mode === "lifecycle" ? rulesFor(told, prefix) : [];
  const { before, changed } = await changeRules(context, { own: (rule) => isOwn(prefix, rule), rules }, force);
  return { path, dryRun: !force, mode, changed, rules, before };
};
