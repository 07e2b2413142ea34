import fc from "fast-check";

/** Keys that are one another's folders and beginnings, and what may be taken for more than a name. */
export const pool = [
  "a",
  "a/",
  "a/b",
  "a/b/",
  "a/c.txt",
  "a//x",
  "ab",
  "b.txt",
  "b (1).txt",
  "é/😀",
  "..",
  "%2e/+&",
] as const;

/** Two in three, so that operations meet. */
const favourites = { weight: 2, arbitrary: fc.constantFrom("a/b", "b.txt") };

export const anyKey = fc.oneof(favourites, fc.constantFrom(...pool));

/** Keys of objects that are no folders. */
export const fileKey = fc.oneof(favourites, fc.constantFrom(...pool.filter((key) => !key.endsWith("/"))));

export const anyFolder = fc.constantFrom("a", "a/", "a/b", "é", "b", "/", "a//", "none");

/** Few, so that the same bytes are written twice; others are one of a kind. */
export const anyBody = fc.oneof(fc.constantFrom("", "same"), fc.nat({ max: 1e9 }).map(String));
