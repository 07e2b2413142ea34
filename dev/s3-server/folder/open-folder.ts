/**
 * A folder in which a server keeps everything that it holds. In it lie a journal (JSON lines: a header with the version
 * of the format, then a line for each change), `bodies/` with a file for each body that is not small, and a lock.
 *
 * What a reply tells was written before the reply went out, so that a server that is killed loses nothing that was
 * acknowledged. Written, not forced to the disk: when the machine itself goes down, the changes of its last seconds may be
 * missing, but bodies are forced there before they are named, so that no half object is left.
 *
 * When the disk fails or is full, the request is answered InternalError, and the server goes back to what the folder
 * says, so that the change is not visible either. Requests that change something and were under way at that moment are
 * told the same, whatever became of them: as with any InternalError of S3, the client is to repeat them. A folder that
 * cannot even be read again answers InternalError to everything from then on.
 */
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join, resolve } from "node:path";
import type { BodySink } from "../body";
import type { Bucket } from "../model";
import { openBodies } from "./bodies";
import type { FileSink } from "./file-body";
import { FolderError } from "./folder-error";
import { makeJournal, openJournal, readJournal } from "./journal";
import { type Changer, ledger } from "./ledger";
import { LOCK, lockFolder } from "./lock";
import { applyRecord } from "./records";
import { visits } from "./visits";

/** A request under way. */
export interface Visit {
  /** where the body of an object is to go */
  sink(): BodySink;
  /** saves what the request has changed; throws when that fails */
  save(changer: Changer): void;
  /** the request has ended: what it no longer needs may go */
  end(): void;
}

/** A folder that is open. */
export interface Folder {
  /** what is in it, by name; the server works on this very map */
  readonly buckets: Map<string, Bucket>;
  visit(): Visit;
  /** Saves all changes. Throws a FolderError when that fails; `buckets` is then as it was saved last. */
  save(): void;
  /** saves, and gives the folder back */
  close(): void;
}

const JOURNAL = "journal";
/** a journal is put in order once so many bytes, and as many as it had in order, were appended to it */
const UNTIDY = 1024 * 1024;

/** Opens a folder, which is made when it is missing. Throws a FolderError for one that is in use, damaged or not ours. */
export function openFolder(path: string): Folder {
  const folder = resolve(path);
  let unlock = (): void => {};
  try {
    const found = entriesOf(folder);
    const ours = found.includes(JOURNAL);
    const others = found.filter((name) => name.split(".")[0] !== LOCK && name !== `${JOURNAL}.new`);
    if (!ours && others.length > 0) {
      throw new FolderError(
        `The folder ${folder} holds other things, ${others[0]} for one: give an empty one, or a new`,
      );
    }
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    unlock = lockFolder(folder);
    // of a server that was killed while it put its journal in order
    rmSync(join(folder, `${JOURNAL}.new`), { force: true });
    if (!ours) makeJournal(join(folder, JOURNAL));
    return open(folder, unlock);
  } catch (error) {
    unlock();
    if (error instanceof FolderError) throw error;
    throw new FolderError(`The folder ${folder} cannot be used: ${(error as Error).message}`, { cause: error });
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

function open(folder: string, unlock: () => void): Folder {
  const path = join(folder, JOURNAL);
  const buckets = new Map<string, Bucket>();
  const bodies = openBodies(join(folder, "bodies"));
  const book = ledger(bodies);
  const underWay = visits();
  /** counts the times that the server had to go back */
  let returns = 0;
  let broken: unknown;
  let closed = false;

  function read(limit?: number): ReturnType<typeof readJournal> {
    buckets.clear();
    return readJournal(path, (record) => applyRecord(buckets, record, bodies), limit);
  }

  const reading = read();
  const records = book.reset(buckets);
  bodies.check();
  const journal = openJournal(path, reading.bytes);
  if (reading.torn || reading.records !== records) journal.rewrite(book.all(buckets));
  let tidyBytes = journal.bytes;

  function goBack(): void {
    returns++;
    const made = bodies.made();
    try {
      read(journal.bytes);
      book.reset(buckets);
      underWay.afterAll(() => bodies.remove(made));
    } catch (error) {
      broken = error;
    }
  }

  function check(): void {
    if (closed) throw new FolderError(`The folder ${folder} is closed`);
    if (broken) {
      throw new FolderError(`The folder ${folder} failed, and could not be read again: restart`, { cause: broken });
    }
  }

  function tidy(): void {
    if (journal.bytes - tidyBytes < Math.max(UNTIDY, tidyBytes)) return;
    try {
      journal.rewrite(book.all(buckets));
    } catch {
      // a disk that has no room for the second file: the first is as good, and longer
    }
    tidyBytes = journal.bytes;
  }

  function save(changer?: Changer): void {
    check();
    try {
      const { records: changes, spared } = book.changes(buckets, changer);
      if (changes.length > 0) journal.append(changes);
      bodies.made();
      if (spared.length > 0) underWay.afterAll(() => bodies.remove(spared));
    } catch (error) {
      goBack();
      throw new FolderError(`The folder ${folder} cannot be written: ${(error as Error).message}`, { cause: error });
    }
    tidy();
  }

  return {
    buckets,
    save,
    visit() {
      check();
      const leave = underWay.enter();
      const sinks: FileSink[] = [];
      const files: string[] = [];
      const before = returns;
      return {
        sink() {
          const sink = bodies.sink((file) => files.push(file));
          sinks.push(sink);
          return sink;
        },
        save(changer) {
          save(changer);
          if (returns !== before) throw new FolderError(`The folder ${folder} failed while this request was under way`);
        },
        end() {
          for (const sink of sinks) sink.abandon();
          if (files.length > 0) underWay.afterAll(() => bodies.remove(files));
          leave();
        },
      };
    },
    close() {
      if (closed) return;
      try {
        if (!broken) save();
      } finally {
        closed = true;
        try {
          journal.close();
        } finally {
          unlock();
        }
      }
    },
  };
}
