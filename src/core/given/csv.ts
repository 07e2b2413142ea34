/** Text that is no CSV. */
export class BadCsv extends Error {}

/** Takes rows of CSV apart while they come (RFC 4180), and nothing else than CSV. */
export interface CsvReader {
  /** How many rows have ended. */
  readonly count: number;
  /** The rows that end in this piece of the text. */
  write(text: string): string[][];
  /** The last row, where nothing ends it. */
  end(): string[][];
}

/** Characters of a row: a quote that is never closed, or commas without end, would fill the memory. */
const longestRow = 1024 * 1024;

type Mode = "start" | "plain" | "quoted" | "quote" | "return";

/** @returns a reader, which throws BadCsv */
export const createCsvReader = (): CsvReader => {
  let mode: Mode = "start";
  let row: string[] = [];
  let field = "";
  let length = 0;
  let count = 0;
  const plain = /[^",\r\n]*/y;
  const grow = (more: number): void => {
    length += more;
    if (length > longestRow) throw new BadCsv(`the row is longer than ${longestRow} characters`);
  };
  const hold = (text: string): void => {
    grow(text.length);
    field += text;
  };
  const endField = (): void => {
    grow(1);
    row.push(field);
    field = "";
    mode = "start";
  };
  const endRow = (rows: string[][]): void => {
    endField();
    rows.push(row);
    row = [];
    length = 0;
    count++;
  };
  /** What follows a field. */
  const after = (sign: string, rows: string[][]): void => {
    if (sign === ",") endField();
    else if (sign === "\n") endRow(rows);
    else if (sign === "\r") mode = "return";
    else throw new BadCsv(`${JSON.stringify(sign)} stands behind a quote`);
  };
  return {
    get count() {
      return count;
    },
    write(text) {
      const rows: string[][] = [];
      for (let at = 0; at < text.length; ) {
        switch (mode) {
          case "start":
            mode = text[at] === '"' ? "quoted" : "plain";
            if (mode === "quoted") at++;
            break;
          case "plain":
            plain.lastIndex = at;
            hold(plain.exec(text)?.[0] ?? "");
            at = plain.lastIndex;
            if (at === text.length) break;
            if (text[at] === '"') throw new BadCsv("a quote stands within a field that has none around it");
            after(text[at++] as string, rows);
            break;
          case "quoted": {
            const end = text.indexOf('"', at);
            hold(text.slice(at, end < 0 ? undefined : end));
            at = end < 0 ? text.length : end + 1;
            if (end >= 0) mode = "quote";
            break;
          }
          case "quote":
            if (text[at] === '"') {
              hold('"');
              mode = "quoted";
            } else after(text[at] as string, rows);
            at++;
            break;
          case "return":
            if (text[at] !== "\n") throw new BadCsv("a carriage return stands without a line feed");
            endRow(rows);
            at++;
        }
      }
      return rows;
    },
    end() {
      if (mode === "quoted" || mode === "return") throw new BadCsv("it ends within a row");
      const rows: string[][] = [];
      if (mode !== "start" || row.length > 0) endRow(rows);
      return rows;
    },
  };
};
