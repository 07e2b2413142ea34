/** Byte ranges ("GetObject", parameter Range: one range a request). */
import { S3Error } from "./errors";

/** From `start` (included) to `end` (not included). */
export interface ByteRange {
  start: number;
  end: number;
}

/**
 * The range of a header, cut to the object's size; undefined when it is to be ignored, as S3 does with several ranges
 * and with what it cannot read. Throws InvalidRange when the range lies outside.
 */
export function parseRange(text: string | undefined, size: number): ByteRange | undefined {
  const parts = /^bytes=(\d*)-(\d*)$/.exec(text ?? "");
  if (!parts || (parts[1] === "" && parts[2] === "")) return undefined;
  const last = parts[2] === "" ? size - 1 : Number(parts[2]);
  if (parts[1] !== "" && parts[2] !== "" && last < Number(parts[1])) return undefined;
  const start = parts[1] === "" ? Math.max(0, size - last) : Number(parts[1]);
  if (start >= size) {
    throw new S3Error("InvalidRange", {
      extra: { RangeRequested: text ?? "", ActualObjectSize: size },
      headers: { "content-range": `bytes */${size}` },
    });
  }
  return { start, end: parts[1] === "" ? size : Math.min(size, last + 1) };
}
