import { invalid, shown } from "./error";

/** Thousands as SI has them, and as IEC has them: only these names are beyond doubt. */
const units: Readonly<Record<string, number>> = {
  "": 1,
  b: 1,
  byte: 1,
  bytes: 1,
  kb: 1000,
  mb: 1000 ** 2,
  gb: 1000 ** 3,
  tb: 1000 ** 4,
  pb: 1000 ** 5,
  kib: 1024,
  mib: 1024 ** 2,
  gib: 1024 ** 3,
  tib: 1024 ** 4,
  pib: 1024 ** 5,
};

const way = "write bytes, such as 1048576, or a number and a unit, such as 10 MB (10,000,000) or 10 MiB (10,485,760)";

/**
 * The bytes that a number, or a text such as `1.5 GB`, stands for. Capitals do not count.
 * @throws InvalidParameter for anything else; for `10M`, too, which is one thing here and another one there
 */
export const byteSize = (name: string, value: string | number): number => {
  const [, digits, unit = ""] = /^(\d+(?:\.\d+)?) ?([a-z]*)$/i.exec(String(value).trim()) ?? [];
  const factor = units[unit.toLowerCase()];
  if (digits === undefined || factor === undefined || !Object.hasOwn(units, unit.toLowerCase())) {
    const doubt = /^[kmgtp]$/i.test(unit) ? `${unit.toUpperCase()} may be thousands or 1,024s` : "is no size";
    throw invalid(name, `${shown(value)}${doubt.startsWith("is") ? " " : ": "}${doubt}; ${way}`);
  }
  const bytes = Math.round(Number(digits) * factor);
  if (!Number.isSafeInteger(bytes)) throw invalid(name, `${shown(value)} is more than any store holds; ${way}`);
  if (factor === 1 && bytes !== Number(digits))
    throw invalid(name, `${shown(value)} is no whole number of bytes; ${way}`);
  return bytes;
};
