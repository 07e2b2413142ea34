import fc from "fast-check";

const megabyte = 1024 * 1024;

/** Texts that are more than text to somebody on their way: to JavaScript, a disk, HTTP, XML, a shell or a pattern. */
const texts: readonly string[] = [
  ...["", " ", "__proto__", "constructor", "prototype", "toString", "hasOwnProperty", "then", "length"],
  ...["..", "../..", "a/../b", "./a", "//", "a//b", "/", "/etc/passwd", "~", "\\", "..\\..\\x", "C:\\x", "a/."],
  ...["\0", "a\0b", "%2e%2e", "%2e%2e%2f", "%00", "%", "%zz", "a\u0001b", "\u007f", "\r\nx-evil: 1", "a\nb", "\t"],
  ...["\u202efdp.exe", "\u200f", "\ufeffa", "\u2028", "\ud800", "a\udc00b", "é", "😀", "e\u0301"],
  ...["http://evil.invalid/", "//evil.invalid/x", "@evil.invalid", "a@evil.invalid:80/", "?versions", "a?delete", "#x"],
  ...["arn:aws:s3:us-east-1:123456789012:accesspoint/x", "bucket--use1-az4--x-s3", "evil.invalid", "a.b", "A_B"],
  ...["<Key>x</Key>", "]]>", "&amp;", "&#0;", "<!DOCTYPE x>", "$HOME", "{{payload}}", "null", "undefined", "NaN"],
  ...["true", "0", "-1", "1e309", "9".repeat(30), "0x10", "1.5", "10 MB", "-5 KiB", "90d", "1e400d", "2026-02-30"],
  ...["*", "**", "!", "!*", "{1..1000000}", "{a,b}{c,d}", "[", "[]-a]", "+(a|b)", "(a+)+$", "(?=a)", "\\", "a{400}"],
  ...["bytes=0-", "bytes=-1", "bytes=5-1", `bytes=${"9".repeat(40)}-`, "bytes=0-0,1-1", "AES256", "aws:kms", "gzip"],
  ...["*/".repeat(400), "{".repeat(900), "(".repeat(900), "a,".repeat(500), "é".repeat(600), "x".repeat(1025)],
  ...["x".repeat(megabyte), " ".repeat(megabyte), "/".repeat(megabyte), "\u0000".repeat(megabyte)],
];

const numbers = [0, -0, -1, 0.5, Number.NaN, Infinity, -Infinity, 2 ** 31, 2 ** 32, 2 ** 53, 1e308, 5e-324, 10n ** 30n];

const throwing = (): never => {
  throw new Error("a getter that throws");
};

const withGetters = (names: readonly string[], get: () => unknown): object =>
  Object.defineProperties({}, Object.fromEntries(names.map((name) => [name, { get, enumerable: true }])));

/** Names that whoever takes an object may ask it for. */
const asked = ["path", "data", "toString", "valueOf", "toJSON", "length", "then", "name", "constructor"];

const nested = (levels: number): unknown => {
  let value: unknown = "x";
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { path: value };
  return value;
};

const circle = (): object => {
  const value: Record<string, unknown> = { path: "x", data: "y" };
  value.self = value;
  return value;
};

const sparse = (): unknown[] => {
  const value: unknown[] = [];
  value[2] = "there/a";
  return value;
};

/** Each made anew: some are used up. */
const makers: Readonly<Record<string, () => unknown>> = {
  null: () => null,
  undefined: () => undefined,
  "an object": () => ({}),
  "an object without a prototype": () => Object.create(null),
  "an object with __proto__ of its own": () =>
    JSON.parse('{"__proto__":{"polluted":1},"constructor":{"prototype":{}}}'),
  "metadata called __proto__": () => JSON.parse('{"__proto__":"polluted","constructor":"x","a b":"y"}'),
  "metadata with line breaks": () => ({ a: "b\r\nx-evil: 1", "c\nd": "e" }),
  "metadata with a lone surrogate": () => ({ a: "\ud800", "\udc00": "b" }),
  "metadata of a megabyte": () => ({ a: "x".repeat(megabyte) }),
  "ten thousand names": () => Object.fromEntries(Array.from({ length: 1e4 }, (_, at) => [`n${at}`, "v"])),
  "an array": () => [],
  "an array with holes": sparse,
  "an array of holes alone": () => new Array(3),
  "an array of 50,000 holes": () => new Array(50_000),
  "an array of everything": () => [null, undefined, 1, {}, [], "__proto__", "..", "\ud800"],
  "an array of arrays": () => [["there/a"], [["there/b"]]],
  "an array of empty texts": () => ["", "", ""],
  "an array of a megabyte": () => ["x".repeat(megabyte)],
  "an array of 1,100 paths": () => Array.from({ length: 1100 }, (_, at) => `missing/${at}`),
  "an array with a getter that throws": () => Object.defineProperty(["a"], 0, { get: throwing, enumerable: true }),
  "an array of entries": () => [
    { path: "a", data: "x" },
    { path: "..", data: "y" },
    { path: "__proto__", data: "z" },
  ],
  "entries with holes": () => {
    const value: unknown[] = [];
    value[1] = { path: "a", data: "x" };
    return value;
  },
  "entries with getters that throw": () => [withGetters(["path", "data", "contentType"], throwing)],
  "entries of all kinds": () => [{ path: "a", data: null }, { path: 1, data: 2 }, null, "x", { path: "", data: "x" }],
  "an entry with a circle": () => [{ path: "a", data: circle() }],
  "a circle": circle,
  "an array in a circle": () => {
    const value: unknown[] = ["there/a"];
    value.push(value);
    return value;
  },
  "getters that throw": () => withGetters(asked, throwing),
  "getters that throw nothing": () =>
    withGetters(asked, () => {
      throw undefined;
    }),
  "a text that cannot be made": () => ({ toString: throwing, valueOf: throwing, [Symbol.toPrimitive]: throwing }),
  "toJSON that throws": () => ({ toJSON: throwing }),
  "toJSON that gives nothing": () => ({ toJSON: () => undefined }),
  "an iterator that throws": () => ({ [Symbol.iterator]: throwing, [Symbol.asyncIterator]: throwing }),
  "a proxy that throws": () =>
    new Proxy(
      {},
      { get: throwing, has: throwing, ownKeys: throwing, getPrototypeOf: throwing, getOwnPropertyDescriptor: throwing },
    ),
  "a thenable that throws": () => withGetters(["then"], throwing),
  "a promise that never ends": () => new Promise(() => {}),
  "10,000 levels": () => nested(10_000),
  "a date that is none": () => new Date(Number.NaN),
  "a function": () => throwing,
  "a class": () => class {},
  "a symbol": () => Symbol("x"),
  "a Map": () => new Map([["path", "x"]]),
  "an expression": () => /(a+)+$/,
  "an error": () => new Error("x"),
  "bytes that are no text": () => Buffer.from([0xff, 0xfe, 0, 1]),
  "an array of bytes": () => new Uint8Array(3),
  "a boxed text": () => new String("there/a"),
};

const shownAs = (text: string): string => {
  const json = JSON.stringify(text);
  return json.length > 60 ? `${json.slice(0, 40)}… of ${text.length}` : json;
};

/** A value that is not what it should be, and a name for it in reports. */
export interface HostileValue {
  name: string;
  make(): unknown;
}

/** Those that can be typed in. */
export const hostileTexts: readonly HostileValue[] = texts.map((text) => ({ name: shownAs(text), make: () => text }));

/** All of them. */
export const hostileValues: readonly HostileValue[] = [
  ...hostileTexts,
  ...numbers.map((number) => ({ name: typeof number === "bigint" ? `${number}n` : `${number}`, make: () => number })),
  ...Object.entries(makers).map(([name, make]) => ({ name, make })),
];

const anyText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc
    .array(fc.constantFrom(...texts.filter(({ length }) => length < 100)), { minLength: 2, maxLength: 3 })
    .map((all) => all.join("")),
);

/** Any of them, or a text at random. */
export const anyHostile: fc.Arbitrary<HostileValue> = fc.oneof(
  fc.constantFrom(...hostileValues),
  anyText.map((text) => ({ name: shownAs(text), make: () => text })),
);
