import { invalid } from "../core/error";
import { amount, flag, text, texts } from "../core/parameter";
import type { Selection } from "../core/selector";

/**
 * Which objects are meant: the parameters of core/selector.ts. None starts with a literal: a message that says
 * `minSize` of a purge must not be taken for one that says nothing.
 * @param filter what the glob is for, and an example
 */
export const selectorParameters = (filter: { text: string; example: string }) => ({
  filter: texts({ label: "Filter", icon: "filter", ...filter, fallbackText: "everything" }),
  regex: text({
    label: "Expression",
    icon: "asterisk",
    text: "in place of a filter, a regular expression that is found in the path below the folder",
    example: "^\\d{4}-\\d\\d/",
    fallbackText: "everything",
  }),
  caseSensitive: flag(false, {
    label: "Match case",
    icon: "font",
    text: "whether the filter or the expression tells <code>A</code> from <code>a</code>",
  }),
  minSize: amount({
    label: "Min. size",
    icon: "compress",
    text: "only objects of so many bytes or more; with a unit too, such as <code>10 MB</code> or <code>10 MiB</code>",
    example: "10 MB",
    fallbackText: "any size",
  }),
  maxSize: amount({
    label: "Max. size",
    icon: "expand",
    text: "only objects of so many bytes or fewer",
    example: "1 GiB",
    fallbackText: "any size",
  }),
  modifiedAfter: amount({
    label: "Newer than",
    icon: "calendar-plus-o",
    text: "only objects changed at this time or later: a date, milliseconds since 1970, or an age such as <code>12h</code>",
    example: "12h",
    fallbackText: "any time",
  }),
  modifiedBefore: amount({
    label: "Older than",
    icon: "calendar-minus-o",
    text: "only objects changed before this time: a date, milliseconds since 1970, or an age such as <code>90d</code>",
    example: "90d",
    fallbackText: "any time",
  }),
  storageClass: texts({
    label: "Storage",
    icon: "archive",
    text: "only objects of this storage class, or of these",
    example: "GLACIER",
    fallbackText: "any class",
  }),
});

/** Their names. */
export const selectorNames = [
  "filter",
  "regex",
  "caseSensitive",
  "minSize",
  "maxSize",
  "modifiedAfter",
  "modifiedBefore",
  "storageClass",
] as const satisfies readonly (keyof Selection)[];

/** Whether one says something. */
export const isGiven = (value: unknown): boolean =>
  value !== undefined && value !== "" && value !== false && !(Array.isArray(value) && value.length === 0);

/** For what deletes. @throws InvalidParameter for an array that came out empty: nothing was selected, and all would go */
export const refuseEmpty = (selection: Selection): void => {
  for (const name of ["filter", "storageClass"] as const) {
    const value = selection[name];
    if (!Array.isArray(value) || value.length > 0) continue;
    throw invalid(name, "is an empty array, and without it everything would go: leave it out if that is meant");
  }
};

/** What the selectors mean, in the words of the help: a paragraph each. */
export const selectorDetails = [
  "A filter is a glob: <code>*.csv</code> is matched against the name; one with a <code>/</code>, such as <code>**/2026/*.csv</code>, against the path below the folder. <code>!*.tmp</code> excludes. Several filters: one of the plain ones must match, and none of those with <code>!</code>. With those alone, everything else is meant: <code>!*.tmp</code> by itself is every object but these. With <i>Match case</i> the store is asked only for what begins as the filter does: <code>logs/2026-*/**</code> is fast in a large folder.",
  "<i>Expression</i> takes JavaScript's syntax, without what looks ahead, behind or back; it is found anywhere in the path, unless <code>^</code> and <code>$</code> hold it. It does not go with a filter.",
  "Sizes: <code>10 MB</code> are 10,000,000 bytes, <code>10 MiB</code> 10,485,760; <code>10M</code> is refused, since it may be either. Times without a zone are UTC. Ages count back from now, in <code>s</code>, <code>m</code> (minutes), <code>h</code>, <code>d</code>, <code>w</code> or <code>y</code> (365 days): <i>Older than</i> <code>90d</code> takes what was changed more than 90 days ago, and together with <i>Newer than</i> <code>1y</code> nothing that is older than a year.",
  "An object has to pass all that is set. Where a size, a time or a class is set, folders are left out, since they have none. What no object can pass, such as a minimum above the maximum, is <code>InvalidParameter</code>.",
] as const;
