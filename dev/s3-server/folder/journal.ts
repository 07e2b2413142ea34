/** The journal: a file of JSON lines, a header and then one line for each change, to which is only ever appended. */
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  readSync,
  renameSync,
  rmSync,
  writeSync,
} from "node:fs";
import { FolderError } from "./folder-error";
import type { JournalRecord } from "./records";

const FORMAT = "node-red-contrib-amazon-s3 embedded server";
const VERSION = 1;
const HEADER = `${JSON.stringify({ format: FORMAT, version: VERSION })}\n`;
const PIECE = 1024 * 1024;
const NEWLINE = 10;
/** records a line: what one request changed stays together, what a seed of 100,000 keys did need not */
const LINE = 5000;

/** A journal that is written to. */
export interface Journal {
  /** of the lines that were written whole */
  readonly bytes: number;
  /** Writes these records, all or none: what a full disk left of them is cut off again. Throws what the disk says. */
  append(records: readonly JournalRecord[]): void;
  /** Puts these records in the place of everything there is, by renaming a new file. */
  rewrite(records: Iterable<JournalRecord>): void;
  close(): void;
}

/** What reading a journal found. */
export interface Reading {
  records: number;
  /** up to the end of the last whole line */
  bytes: number;
  /** whether something that is no whole line came after it: the process was killed while it wrote */
  torn: boolean;
}

/**
 * Reads a journal, up to `limit` bytes, record by record. A last line without its end was never acknowledged and is
 * left out; a line that is no JSON anywhere else is damage. Throws a FolderError.
 */
export function readJournal(
  path: string,
  onRecord: (record: JournalRecord) => void,
  limit = Number.POSITIVE_INFINITY,
): Reading {
  const reading: Reading = { records: 0, bytes: 0, torn: false };
  let number = 0;
  for (const line of lines(path, limit, reading)) {
    number++;
    let records: unknown;
    try {
      records = JSON.parse(line);
    } catch {
      throw new FolderError(`${path} is damaged: its line ${number} is no JSON`);
    }
    if (number === 1) checkHeader(path, records);
    else {
      for (const record of records as JournalRecord[]) {
        onRecord(record);
        reading.records++;
      }
    }
  }
  if (number === 0) throw new FolderError(`${path} is damaged: it has no header`);
  return reading;
}

function* lines(path: string, limit: number, reading: Reading): Generator<string> {
  const file = openSync(path, "r");
  try {
    let carried: Buffer[] = [];
    let at = 0;
    for (;;) {
      const piece = Buffer.allocUnsafe(Math.min(PIECE, limit - at));
      const count = readSync(file, piece, 0, piece.length, at);
      if (count === 0) break;
      let from = 0;
      for (let end = piece.indexOf(NEWLINE); end >= 0 && end < count; end = piece.indexOf(NEWLINE, from)) {
        const line = Buffer.concat([...carried, piece.subarray(from, end)]).toString();
        carried = [];
        from = end + 1;
        reading.bytes = at + from;
        yield line;
      }
      if (from < count) carried.push(piece.subarray(from, count));
      at += count;
    }
    reading.torn = carried.length > 0;
  } finally {
    closeSync(file);
  }
}

function checkHeader(path: string, header: unknown): void {
  const { format, version } = header as { format?: unknown; version?: unknown };
  if (format !== FORMAT) throw new FolderError(`${path} is not the journal of this server`);
  if (version === VERSION) return;
  throw new FolderError(`${path} is of version ${version}, and this server knows version ${VERSION} only`);
}

/** Makes a journal with nothing in it. */
export function makeJournal(path: string): void {
  writeAside(path, []);
  renameSync(aside(path), path);
}

/** Opens a journal to write to it, behind its first `bytes` bytes. */
export function openJournal(path: string, bytes: number): Journal {
  let file = openSync(path, "r+");
  let length = bytes;
  let untidy = fstatSync(file).size > length;

  function tidy(): void {
    ftruncateSync(file, length);
    untidy = false;
  }

  return {
    get bytes() {
      return length;
    },
    append(records) {
      if (untidy) tidy();
      untidy = true;
      let end = length;
      try {
        for (const line of inLines(records)) end += writeAll(file, line, end);
      } catch (error) {
        tidy();
        throw error;
      }
      untidy = false;
      length = end;
    },
    rewrite(records) {
      const fresh = writeAside(path, records);
      // Windows replaces no file that is open
      closeSync(file);
      try {
        renameSync(aside(path), path);
        length = fresh;
        untidy = false;
      } finally {
        file = openSync(path, "r+");
      }
    },
    close() {
      try {
        fdatasyncSync(file);
      } finally {
        closeSync(file);
      }
    },
  };
}

function* inLines(records: Iterable<JournalRecord>): Generator<string> {
  let line: string[] = [];
  for (const record of records) {
    line.push(JSON.stringify(record));
    if (line.length < LINE) continue;
    yield `[${line.join(",")}]\n`;
    line = [];
  }
  if (line.length > 0) yield `[${line.join(",")}]\n`;
}

function writeAll(file: number, text: string, position: number): number {
  const data = Buffer.from(text);
  for (let at = 0; at < data.length; ) at += writeSync(file, data, at, data.length - at, position + at);
  return data.length;
}

function aside(path: string): string {
  return `${path}.new`;
}

/** Writes a journal beside the one that is there, and to the disk before it may take its name. Its size in bytes. */
function writeAside(path: string, records: Iterable<JournalRecord>): number {
  const file = openSync(aside(path), "w", 0o600);
  let bytes = 0;
  try {
    bytes += writeAll(file, HEADER, bytes);
    for (const line of inLines(records)) bytes += writeAll(file, line, bytes);
    fdatasyncSync(file);
  } catch (error) {
    rmSync(aside(path), { force: true });
    throw error;
  } finally {
    closeSync(file);
  }
  return bytes;
}
