import { isDate } from "node:util/types";
import { invalid, shown } from "./error";

const second = 1000;
const day = 24 * 60 * 60 * second;

/** `M` is none of them: months differ in length, and in other programs `m` is one. */
const units: Readonly<Record<string, number>> = {
  s: second,
  m: 60 * second,
  h: 60 * 60 * second,
  d: day,
  w: 7 * day,
  y: 365 * day,
};

/** March 1973. No store has objects of that time, and seconds since 1970 are mistaken for milliseconds. */
const earliest = 1e11;

const way =
  "write a date, such as 2026-05-31 or 2026-05-31T12:00:00Z, milliseconds since 1970, or an age: a number and s, m (minutes), h, d, w or y, such as 90d";

const refuse = (name: string, value: string | number | Date, what: string): Error =>
  invalid(name, `${shown(value)} ${what}; ${way}`);

const fromNumber = (name: string, value: string | number | Date): number => {
  const time = Number(value);
  if (time === 0) return 0;
  if (Number.isNaN(time) || time < 0 || Number.isNaN(new Date(time).getTime())) throw refuse(name, value, "is no time");
  if (time < earliest) throw refuse(name, value, "milliseconds are a time before any object; seconds need three zeros");
  return time;
};

/** A time without a zone is UTC, as all of S3's are, and not that of this machine. */
const fromDate = (text: string): number | undefined => {
  const [, date, time, zone = "Z"] =
    /^(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text) ?? [];
  if (date === undefined || (time !== undefined && date.length < 10)) return undefined;
  // JavaScript takes the 30th of February for the 2nd of March.
  const dayItself = new Date(date);
  if (Number.isNaN(dayItself.getTime()) || !dayItself.toISOString().startsWith(date)) return undefined;
  if (time === undefined) return dayItself.getTime();
  const whole = `${date}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`.toUpperCase();
  const found = new Date(whole).getTime();
  return Number.isNaN(found) ? undefined : found;
};

/**
 * The time that a date, a number of milliseconds or an age stands for, in milliseconds since 1970.
 * @param now what ages count back from
 * @throws InvalidParameter for anything else
 */
export const moment = (name: string, value: string | number | Date, now: number): number => {
  if (isDate(value)) return fromNumber(name, value);
  const text = String(value).trim();
  if (typeof value === "number" || /^(?:0|\d{9,})$/.test(text)) return fromNumber(name, value);
  const [, count, unit] = /^(\d+(?:\.\d+)?) ?([a-z])$/i.exec(text) ?? [];
  if (count !== undefined && unit !== undefined) {
    const length = units[unit];
    if (length === undefined) throw refuse(name, value, `has an unknown unit, ${unit}`);
    const time = now - Number(count) * length;
    if (Number.isNaN(new Date(time).getTime())) throw refuse(name, value, "is longer ago than dates go");
    return time;
  }
  const time = fromDate(text);
  if (time === undefined) throw refuse(name, value, "is no date");
  return time;
};
