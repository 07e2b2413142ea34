/** As much of a text is looked at, from its beginning, in bytes: more is not waited for before the work begins. */
export const headSize = 4096;

const begin = (text: string): Buffer => Buffer.from(text, "latin1");

/** What files begin with that hold no text, or none that is to be seen. A path may begin so too. */
const magic: readonly (readonly [Buffer, string])[] = [
  [begin("PAR1"), "is a Parquet file: this node reads inventories in CSV, by their manifest.json, and texts"],
  [begin("ORC"), "is an ORC file: this node reads inventories in CSV, by their manifest.json, and texts"],
  [begin("PK\x03\x04"), "is a ZIP archive, or a file made of one: store the text in it by itself"],
  [begin("\x1f\x8b"), "is compressed with gzip, and neither its Content-Encoding nor its name says so: name it ….gz"],
  [
    begin("\x28\xb5\x2f\xfd"),
    "is compressed with Zstandard, and neither its Content-Encoding nor its name says so: name it ….zst",
  ],
  [begin("\x89PNG"), "is a picture"],
  [begin("GIF8"), "is a picture"],
  [begin("\xff\xd8\xff"), "is a picture"],
  [begin("%PDF-"), "is a PDF"],
];

const isText = (head: Buffer): boolean => {
  try {
    // The last character may be cut.
    new TextDecoder("utf-8", { fatal: true }).decode(head, { stream: true });
    return !head.includes(0);
  } catch {
    return false;
  }
};

/** Whether a text begins with tags of HTML or XML, and has others. One path may be called `<html>`. */
const isMarkup = (text: string): boolean =>
  /^\s*<(?:!doctype\s|html[\s>]|\?xml\s)/i.test(text) && /<\/[a-z][\w:-]*\s*>|\/>/i.test(text);

/** A word of JSON, the spaces before it, or a word that is cut. */
const word = /\s*(?:([[{])|([\]}])|[,:]|"(?:[^"\\\n]|\\.)*(?:"|\\?$)|-?\d[\d.eE+-]*|true|false|null|$)/y;

/**
 * Whether a text is JSON, as far as it goes: nothing but words of it, in brackets that fit, and a string among them. A path
 * may be called `{` or `[1]`.
 */
const isJson = (text: string): boolean => {
  if (!/^\s*[[{]/.test(text) || !text.includes('"')) return false;
  const open: string[] = [];
  word.lastIndex = 0;
  while (word.lastIndex < text.length) {
    const found = word.exec(text);
    if (!found) return /^\s*(?:t|tr|tru|f|fa|fal|fals|n|nu|nul|-)?$/.test(text.slice(word.lastIndex));
    const [all, opens, closes] = found;
    if (opens) open.push(opens === "[" ? "]" : "}");
    else if (closes && open.pop() !== closes) return false;
    // Between two documents there are spaces alone.
    else if (open.length === 0 && !closes && all.trim() !== "") return false;
  }
  return true;
};

/** The columns of a line of CSV in quotes; 0 for any other line. */
const columnsOf = (line: string): number =>
  /^"(?:[^"]|"")*"(?:,"(?:[^"]|"")*")+$/.test(line) ? (line.match(/"(?:[^"]|"")*"/g)?.length ?? 0) : 0;

/** Names of columns of which one must be there, to take a first line for a header. */
const ofKeys = /^(?:bucket|key|name|object|object_?key|path)$/i;

/**
 * Whether a text is a table: each line has as many columns in quotes, or the first one names columns, and each other line
 * has as many commas or more. A path may have commas and quotes.
 */
const isCsv = (text: string, whole: boolean): boolean => {
  const lines = text.split("\n").map((line) => line.replace(/\r$/, ""));
  // It may be cut.
  if (!whole) lines.pop();
  const rows = lines.filter((line) => line !== "");
  const [first = ""] = rows;
  const columns = columnsOf(first);
  if (columns > 0) return rows.every((line) => columnsOf(line) === columns);
  const names = first.split(",");
  if (names.length < 2 || rows.length < 2) return false;
  if (!names.every((name) => /^\w+$/.test(name)) || !names.some((name) => ofKeys.test(name))) return false;
  return rows.every((line) => line.split(",").length >= names.length);
};

/**
 * What a text is that is plainly no list of paths; undefined where it may be one, which has almost no limits.
 * @param head its first bytes
 * @param whole whether they are all
 */
export const whatElse = (head: Buffer, whole: boolean): string | undefined => {
  if (!isText(head)) return magic.find(([bytes]) => head.subarray(0, bytes.length).equals(bytes))?.[1];
  const text = head.toString("utf8").replace(/^\uFEFF/, "");
  if (isMarkup(text)) return "is a page in HTML or XML, and no list with a path on each line";
  if (isJson(text)) {
    return "is JSON, and no list with a path on each line: the manifest of an inventory must be called manifest.json; what lists paths otherwise, read with the read node (Format json), and give its array";
  }
  if (isCsv(text, whole)) {
    return "is a table in CSV, and no list with a path on each line: of an inventory, name the manifest.json; of another table, give an array of its paths";
  }
  return undefined;
};
