import { invalid, shown } from "./error";
import type { Declared, Kind } from "./parameter";
import { isPromise, promised } from "./promise";

/** A value and the place it came from, such as `msg.payload.path`, for error texts. */
export interface Found {
  value: unknown;
  place: string;
}

/** Kinds of which an empty text is something: it can be written, or is a line without a path. */
const mayBeEmpty: ReadonlySet<Kind> = new Set(["data", "named"]);

/** Whether nothing was given. */
export const isMissing = (declared: Declared<unknown>, value: unknown): boolean =>
  value === undefined || value === null || (value === "" && !mayBeEmpty.has(declared.kind));

/** A place within a place: `msg.payload.path[1]`, or in words where the place has no such name. */
const within = (place: string, step: string): string =>
  /^(msg|flow|global)\./.test(place) ? place + step : `${step.replace(/^\./, "")} in ${place}`;

const wrong = (name: string, must: string, { value, place }: Found): Error =>
  invalid(name, `must be ${must}, and ${place} is ${shown(value)}`);

/** Half a character cannot be sent in UTF-8. */
const checkWhole = (name: string, value: string): void => {
  if (/\p{Surrogate}/u.test(value))
    throw invalid(name, "has half of a character in it (a lone surrogate); check how it was cut");
};

const text = (name: string, found: Found, declared: Declared<unknown>): string => {
  const { value } = found;
  const { options } = declared;
  if (typeof value !== "string") throw wrong(name, options ? `one of ${options.join(", ")}` : "a string", found);
  if (options && !options.includes(value)) throw wrong(name, `one of ${options.join(", ")}`, found);
  checkWhole(name, value);
  return value;
};

const texts = (name: string, found: Found, declared: Declared<unknown>): string | string[] => {
  const { value, place } = found;
  if (!Array.isArray(value)) {
    if (typeof value !== "string") throw wrong(name, "a string or an array of strings", found);
    return text(name, found, declared);
  }
  // Unlike map, this sees holes.
  return Array.from(value, (one: unknown, index) =>
    text(`${name}[${index}]`, { value: one, place: within(place, `[${index}]`) }, declared),
  );
};

/** What stands in the array is read where its places are known: core/given/of-array.ts. */
const listing = (name: string, found: Found, declared: Declared<unknown>): string | readonly unknown[] => {
  const { value } = found;
  if (Array.isArray(value)) return value;
  if (typeof value !== "string") throw wrong(name, "an array of paths or entries, or the path of an object", found);
  return text(name, found, declared);
};

/** What stands in it is read when it is taken up: core/given/gather.ts. */
const named = (name: string, found: Found, declared: Declared<unknown>): unknown => {
  const { value } = found;
  if (isPromise(value)) throw promised(name);
  if (typeof value === "string") return text(name, found, declared);
  if (typeof value === "object" && value !== null && !ArrayBuffer.isView(value)) return value;
  const must = "a path, an entry such as { path: … }, or an array of these in each message of a sequence";
  throw invalid(
    name,
    `must be ${must}, and ${found.place} is ${shown(value)}: see what ${declared.label} names in the node`,
  );
};

const flag = (name: string, found: Found): boolean => {
  const { value } = found;
  if (typeof value === "boolean") return value;
  if (value === "true" || value === "false") return value === "true";
  throw wrong(name, "true or false", found);
};

const integer = (name: string, found: Found, { min }: Declared<unknown>): number => {
  const { value } = found;
  // With a minus too, so that the smallest value allowed can be named.
  const number = typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : value;
  if (typeof number !== "number" || !Number.isSafeInteger(number)) throw wrong(name, "an integer", found);
  if (min !== undefined && number < min) throw wrong(name, `an integer from ${min} on`, found);
  return number;
};

/** A Date is what JavaScript has in place of the text. */
const amount = (name: string, found: Found, declared: Declared<unknown>): string | number => {
  const value = found.value instanceof Date ? found.value.getTime() : found.value;
  if (typeof value === "number" && Number.isFinite(value)) return value;
  if (typeof value !== "string") throw wrong(name, "a string or a number", found);
  return text(name, found, declared);
};

const dictionary = (name: string, found: Found): Record<string, string> => {
  const { value, place } = found;
  const plain = typeof value === "object" && value !== null && !Array.isArray(value) && !ArrayBuffer.isView(value);
  if (!plain) throw wrong(name, "an object with names and values", found);
  const result: Record<string, string> = {};
  for (const [key, one] of Object.entries(value)) {
    if (!["string", "number", "boolean"].includes(typeof one)) {
      throw wrong(`${name}.${key}`, "text, a number, true or false", { value: one, place: within(place, `.${key}`) });
    }
    const text = String(one);
    checkWhole(name, key);
    checkWhole(`${name}.${key}`, text);
    Object.defineProperty(result, key, { value: text, enumerable: true, configurable: true, writable: true });
  }
  return result;
};

/**
 * Makes of a value what the declaration says. Nothing is guessed but `"true"`, `"false"` and strings of digits.
 * @throws InvalidParameter that says what was found, and where
 */
export const check = (name: string, declared: Declared<unknown>, found: Found): unknown => {
  switch (declared.kind) {
    case "string":
      return text(name, found, declared);
    case "strings":
      return texts(name, found, declared);
    case "listing":
      return listing(name, found, declared);
    case "named":
      return named(name, found, declared);
    case "boolean":
      return flag(name, found);
    case "integer":
      return integer(name, found, declared);
    case "amount":
      return amount(name, found, declared);
    case "object":
      return dictionary(name, found);
    case "data":
      if (isPromise(found.value)) throw promised(name);
      return found.value;
  }
};
