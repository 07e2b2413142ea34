/**
 * Modification times of files, kept in an object's metadata: S3's own LastModified is that of the writing. They are
 * written as rclone does, under `mtime`, and read as rclone and s3cmd write them.
 */

import type { About } from "../operation";
import { entryOf, s3cmdAttribute } from "./kept-entry";

/** The name in the metadata. */
export const modifiedName = "mtime";

/** Seconds since 1970 as a decimal, such as `1700000000.123456789`, from nanoseconds. */
export const modifiedText = (ns: bigint): string => {
  if (ns < 0n) return `-${modifiedText(-ns)}`;
  const fraction = (ns % 1_000_000_000n).toString().padStart(9, "0").replace(/0+$/, "");
  return `${ns / 1_000_000_000n}${fraction ? `.${fraction}` : ""}`;
};

/** Nanoseconds of a decimal of seconds; undefined if it is none. */
const parse = (text: string): bigint | undefined => {
  const [, sign, seconds, fraction = ""] = /^(-?)(\d{1,12})(?:\.(\d*))?$/.exec(text.trim()) ?? [];
  if (seconds === undefined) return undefined;
  const ns = BigInt(seconds) * 1_000_000_000n + BigInt(fraction.slice(0, 9).padEnd(9, "0"));
  return sign ? -ns : ns;
};

/** Nanoseconds since 1970 as the metadata tell, undefined where they do not. */
export const keptTime = (metadata: Readonly<Record<string, string>> | undefined): bigint | undefined => {
  if (!metadata) return undefined;
  const own = entryOf(metadata, modifiedName);
  return (own === undefined ? undefined : parse(own)) ?? parse(s3cmdAttribute(metadata, "mtime") ?? "");
};

/**
 * When the content of an object was changed, in ms since 1970: as its metadata tell, else when it was written.
 * @param lastModified ISO 8601
 */
export const modifiedOf = (
  metadata: Readonly<Record<string, string>> | undefined,
  lastModified: string | undefined,
): number | undefined => {
  const kept = keptTime(metadata);
  if (kept !== undefined) return Number(kept / 1000n) / 1000;
  const written = lastModified === undefined ? Number.NaN : Date.parse(lastModified);
  return Number.isNaN(written) ? undefined : written;
};

/** The same of what S3 told of an object. */
export const modifiedOfObject = ({ metadata, lastModified }: About): number | undefined =>
  modifiedOf(metadata as Record<string, string> | undefined, lastModified as string | undefined);

/** How far two times of one file may lie apart, in ns: Node.js sets a file's time no finer. */
const finest = 1000n;

const second = 1_000_000_000n;

/** Whether two times, both in ns, are those of the same file. Where one knows seconds only, as s3cmd, seconds are compared. */
export const isSameTime = (one: bigint, other: bigint): boolean => {
  if (one % second === 0n || other % second === 0n) return one / second === other / second;
  const apart = one - other;
  return apart <= finest && -apart <= finest;
};

/**
 * The seconds with which Node.js sets a file's time, of ms: the nearest double may lie before it, and would be cut to a time
 * that is older than the object's.
 * @param ms not before 1970
 */
export const secondsOf = (ms: number): number => {
  const seconds = ms / 1000;
  const whole = Math.floor(seconds);
  const microseconds = Math.round((ms - whole * 1000) * 1000);
  return (seconds - whole) * 1_000_000 < microseconds ? seconds * (1 + Number.EPSILON) : seconds;
};

const floor = (ms: number, unit: number): number => Math.floor(ms / unit);

/** Whether a time is later than another, both in ms. Where one knows seconds only, seconds are compared. */
export const isNewer = (one: number, other: number): boolean => {
  const unit = one % 1000 === 0 || other % 1000 === 0 ? 1000 : 1;
  return floor(one, unit) > floor(other, unit);
};
