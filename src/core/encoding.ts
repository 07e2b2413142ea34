import iconv from "iconv-lite";
import { invalid, shown } from "./error";

/** The encodings that the form offers: those of Node-RED's own file nodes. Others that iconv-lite knows work too. */
export const encodingGroups: readonly { name: string; values: readonly string[] }[] = [
  {
    name: "native",
    values: ["utf8", "ucs2", "utf-16le", "ascii", "binary", "base64", "hex"],
  },
  {
    name: "unicode",
    values: ["utf-16be"],
  },
  {
    name: "japanese",
    values: ["Shift_JIS", "Windows-31j", "Windows932", "EUC-JP"],
  },
  {
    name: "chinese",
    values: ["GB2312", "GBK", "GB18030", "Windows936", "EUC-CN"],
  },
  {
    name: "korean",
    values: ["KS_C_5601", "Windows949", "EUC-KR"],
  },
  {
    name: "taiwan",
    values: ["Big5", "Big5-HKSCS", "Windows950"],
  },
  {
    name: "windows",
    values: ["cp874", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258"],
  },
  {
    name: "iso",
    values: [
      "ISO-8859-1",
      "ISO-8859-2",
      "ISO-8859-3",
      "ISO-8859-4",
      "ISO-8859-5",
      "ISO-8859-6",
      "ISO-8859-7",
      "ISO-8859-8",
      "ISO-8859-9",
      "ISO-8859-10",
      "ISO-8859-11",
      "ISO-8859-13",
      "ISO-8859-14",
      "ISO-8859-15",
      "ISO-8859-16",
    ],
  },
  {
    name: "ibm",
    values: [
      "cp437",
      "cp737",
      "cp775",
      "cp808",
      "cp850",
      "cp852",
      "cp855",
      "cp856",
      "cp857",
      "cp858",
      "cp860",
      "cp861",
      "cp866",
      "cp869",
      "cp922",
      "cp1046",
      "cp1124",
      "cp1125",
      "cp1129",
      "cp1133",
      "cp1161",
      "cp1162",
      "cp1163",
    ],
  },
  {
    name: "mac",
    values: [
      "maccroatian",
      "maccyrillic",
      "macgreek",
      "maciceland",
      "macroman",
      "macromania",
      "macthai",
      "macturkish",
      "macukraine",
      "maccenteuro",
      "macintosh",
    ],
  },
  {
    name: "koi8",
    values: ["koi8-r", "koi8-u", "koi8-ru", "koi8-t"],
  },
  {
    name: "others",
    values: [
      "armscii8",
      "rk1048",
      "tcvn",
      "georgianacademy",
      "georgianps",
      "pt154",
      "viscii",
      "iso646cn",
      "iso646jp",
      "hproman8",
      "tis620",
    ],
  },
];

/** The name under which iconv-lite knows an encoding; `none` is that of the core file node. */
const known = (encoding: string): string => {
  const name = encoding === "none" ? "utf8" : encoding;
  if (!iconv.encodingExists(name)) throw invalid("encoding", `${shown(encoding)} is not known; try utf8`);
  return name;
};

/** Refuses an encoding that nobody knows (`InvalidParameter`). */
export const checkEncoding = (encoding: string): void => void known(encoding);

const isUtf8 = (name: string): boolean => /^utf-?8$/i.test(name);

// Buffer.from would drop what does not fit, and the object would be shorter than what was meant.
const checkHex = (text: string): void => {
  if (/^(?:[0-9a-fA-F]{2})*$/.test(text)) return;
  throw invalid("data", "is not hexadecimal: it must have an even number of digits 0-9 and a-f, and nothing else");
};

const checkBase64 = (text: string): void => {
  const [, digits] = /^([A-Za-z0-9+/_\-\s]*)={0,2}\s*$/.exec(text) ?? [];
  // A single digit of a group is less than a byte: something was cut off.
  if (digits !== undefined && digits.replace(/\s+/g, "").length % 4 !== 1) return;
  throw invalid("data", "is not base64: it must be whole, and have only A-Z, a-z, 0-9, + and /, and = at its end");
};

/** Text as bytes. Throws InvalidParameter if the text is none in `base64` or `hex`. */
export const encode = (text: string, encoding: string): Buffer => {
  const name = known(encoding);
  if (isUtf8(name)) return Buffer.from(text, "utf8");
  if (name === "hex") checkHex(text);
  else if (name === "base64") checkBase64(text);
  else return iconv.encode(text, name);
  return Buffer.from(text, name);
};

/** Encodes piece by piece: characters, and the groups of `base64` and `hex`, may be split between two pieces. */
export interface Encoder {
  write(text: string): Buffer;
  end(): Buffer;
}

const groupEncoder = (name: "base64" | "hex", group: number): Encoder => {
  let held = "";
  let padded = false;
  return {
    write(text) {
      held += name === "base64" ? text.replace(/\s+/g, "") : text;
      if (padded && held !== "") checkBase64(`=${held}`);
      const whole = held.slice(0, held.length - (held.length % group));
      held = held.slice(whole.length);
      padded ||= whole.endsWith("=");
      return encode(whole, name);
    },
    end: () => encode(held, name),
  };
};

/** @throws InvalidParameter for an encoding that is not known; its functions throw as {@link encode} does */
export const createEncoder = (encoding: string): Encoder => {
  const name = known(encoding);
  if (name === "hex") return groupEncoder(name, 2);
  if (name === "base64") return groupEncoder(name, 4);
  const encoder = iconv.getEncoder(name);
  return { write: (text) => encoder.write(text), end: () => encoder.end() ?? Buffer.alloc(0) };
};

/** Bytes as text. A byte order mark stays, in UTF-8. */
export const decode = (bytes: Buffer, encoding: string): string => {
  const name = known(encoding);
  return isUtf8(name) ? bytes.toString("utf8") : iconv.decode(bytes, name);
};

/** Decodes piece by piece: characters may be split between two pieces. */
export interface Decoder {
  write(bytes: Buffer): string;
  end(): string;
}

/** @throws InvalidParameter for an encoding that is not known */
export const createDecoder = (encoding: string): Decoder => {
  const name = known(encoding);
  const decoder = isUtf8(name) ? iconv.getDecoder(name, { stripBOM: false }) : iconv.getDecoder(name);
  return { write: (bytes) => decoder.write(bytes), end: () => decoder.end() ?? "" };
};

/** The text that bytes are, or undefined if they are no UTF-8 text (a NUL byte is in no text). */
export const asText = (bytes: Buffer): string | undefined => {
  if (bytes.includes(0)) return undefined;
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};
