/** The bytes that a text stands for, as src/core/byte-size.ts reads it; undefined of one that it refuses. */
const sizeIn = (text) => {
  const [, digits, sign = "", binary = ""] = /^(\d+(?:\.\d+)?) ?(?:([kmgtp])(i?)b|b|bytes?)?$/i.exec(text.trim()) ?? [];
  if (digits === undefined) return undefined;
  const factor = (binary ? 1024 : 1000) ** (sign === "" ? 0 : "kmgtp".indexOf(sign.toLowerCase()) + 1);
  const bytes = Math.round(Number(digits) * factor);
  return Number.isSafeInteger(bytes) && (factor > 1 || bytes === Number(digits)) ? bytes : undefined;
};

const dayInMs = 86_400_000;

/** How long the units of an age are, in milliseconds. */
const ages = { s: 1000, m: 60_000, h: 3_600_000, d: dayInMs, w: 7 * dayInMs, y: 365 * dayInMs };

const dateIn = (text) => {
  const [, date, time, zone = "Z"] =
    /^(\d{4}(?:-\d\d(?:-\d\d)?)?)(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)(Z|[+-]\d\d:?\d\d)?)?$/i.exec(text) ?? [];
  if (date === undefined || (time !== undefined && date.length < 10)) return undefined;
  // JavaScript takes the 30th of February for the 2nd of March.
  const day = new Date(date);
  if (Number.isNaN(day.getTime()) || !day.toISOString().startsWith(date)) return undefined;
  if (time === undefined) return day.getTime();
  const found = Date.parse(`${date}T${time}${zone.replace(/^([+-]\d\d)(\d\d)$/, "$1:$2")}`.toUpperCase());
  return Number.isNaN(found) ? undefined : found;
};

/** The time that a text stands for, in milliseconds since 1970, as src/core/moment.ts reads it. */
const timeIn = (text) => {
  const trimmed = text.trim();
  const [, count, unit] = /^(\d+(?:\.\d+)?) ?([smhdwy])$/.exec(trimmed) ?? [];
  if (count === undefined && !/^(?:0|\d{12,})$/.test(trimmed)) return dateIn(trimmed);
  const time = count === undefined ? Number(trimmed) : Date.now() - Number(count) * ages[unit];
  return Number.isNaN(new Date(time).getTime()) ? undefined : time;
};

/** The name of a bucket, as src/node-red/find-connection.ts takes it, or the ARN of an access point, as the connection does. */
const bucketIn = (text) => (/^([A-Za-z0-9][A-Za-z0-9._:-]{1,254}|arn:[\w:/.-]+)$/.test(text) ? text : undefined);
