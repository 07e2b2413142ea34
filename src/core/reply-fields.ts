import { invalidResponse } from "./error";

/** What says whether a page is whole, and where the next one begins. */
const decisive = new Set([
  ...["KeyCount", "IsTruncated", "EncodingType"],
  ...["NextContinuationToken", "NextKeyMarker", "NextVersionIdMarker"],
]);

/** Keeps a child of the root. @throws InvalidResponse where what decides comes twice: one of both would be overlooked */
export const keepHead = (head: Map<string, string>, name: string, text: string): void => {
  if (decisive.has(name) && head.has(name)) throw invalidResponse(`the answer has two ${name}`);
  head.set(name, text);
};

export const need = (value: string | undefined, name: string): string => {
  if (value === undefined || value === "") throw invalidResponse(`the answer has no ${name}`);
  return value;
};

export const needNumber = (value: string | undefined, name: string): number => {
  const number = /^\s*\d+\s*$/.test(value ?? "") ? Number(value) : Number.NaN;
  if (!Number.isSafeInteger(number)) throw invalidResponse(`the answer has no number as ${name}`);
  return number;
};
