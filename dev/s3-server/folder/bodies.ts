/** The body files of a folder: which body lies in which, and how many need it. */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, rmSync, statSync } from "node:fs";
import { join } from "node:path";
import { type Body, joinBodies, memoryBody, patternBody, sliceBody, wholeBody } from "../body";
import { type FileSink, fileBody, fileSink, INLINE } from "./file-body";
import { FolderError } from "./folder-error";
import { filesOf, type Ref } from "./refs";

/** A body as it is kept: its reference, and the same bytes read from there. */
export interface Kept {
  ref: Ref;
  body: Body;
}

export interface Bodies {
  /** Sees to it that the bytes lie in the folder. Throws what the disk says. */
  keep(body: Body): Kept;
  /** the body that a reference stands for */
  find(ref: Ref): Body;
  /** a sink for a body that is coming in; `onFile` is told the name of the file, once there is one */
  sink(onFile: (file: string) => void): FileSink;
  /** counts one more need, or one less, for each of the files */
  need(files: readonly string[]): void;
  spare(files: readonly string[]): void;
  /** forgets all needs */
  forget(): void;
  /** removes those of the files that nobody needs */
  remove(files: Iterable<string>): void;
  /** the files that `keep` made since this was last asked */
  made(): string[];
  /** Throws a FolderError when a file that is needed is not there whole; removes every file that is not needed. */
  check(): void;
}

const NAME = /^[0-9a-f]{32}(?:\.part)?$/;
/** patternBody's own pattern, once for all */
const ZEROS = Buffer.alloc(65_536);

/** The body files in `folder`, which is made when it is not there. */
export function openBodies(folder: string): Bodies {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  // only those in files: the few bytes of the others are encoded again when they are asked for
  const known = new WeakMap<Body, Kept>();
  const needs = new Map<string, number>();
  const sizes = new Map<string, number>();
  let fresh: string[] = [];

  function know(ref: Ref, body: Body): Kept {
    const kept = { ref, body };
    known.set(body, kept);
    return kept;
  }

  function sink(onFile: (file: string) => void): FileSink {
    const name = randomBytes(16).toString("hex");
    return fileSink(join(folder, name), (body) => {
      onFile(name);
      know({ file: name, size: body.size }, body);
    });
  }

  function write(body: Body): Kept {
    const writer = sink((file) => fresh.push(file));
    try {
      for (const piece of body.read(0, body.size)) writer.add(piece);
      const kept = known.get(writer.body()) as Kept;
      known.set(body, kept);
      return kept;
    } finally {
      writer.abandon();
    }
  }

  function keep(body: Body): Kept {
    const before = known.get(body);
    if (before) return before;
    const { made, size } = body;
    if (size <= INLINE) {
      const bytes = wholeBody(body);
      // a body that is a piece of another one must not hold it in memory
      return { ref: { inline: bytes.toString("base64") }, body: made ? memoryBody([Buffer.from(bytes)]) : body };
    }
    switch (made?.of) {
      case undefined:
        return write(body);
      case "pattern": {
        const { pattern } = made;
        const plain = pattern.equals(ZEROS);
        return know(plain ? { zeros: size } : { pattern: keep(memoryBody([pattern])).ref, size }, body);
      }
      case "join": {
        const parts = made.bodies.map(keep);
        const joined = know({ join: parts.map(({ ref }) => ref) }, joinBodies(parts.map((part) => part.body)));
        known.set(body, joined);
        return joined;
      }
      case "slice": {
        const whole = keep(made.body);
        const { start } = made;
        const sliced = know({ slice: whole.ref, start, size }, sliceBody(whole.body, start, start + size));
        known.set(body, sliced);
        return sliced;
      }
    }
  }

  function find(ref: Ref): Body {
    if ("inline" in ref) return memoryBody([Buffer.from(ref.inline, "base64")]);
    return know(ref, made(ref)).body;
  }

  function made(ref: Exclude<Ref, { inline: string }>): Body {
    if ("file" in ref) {
      sizes.set(ref.file, ref.size);
      return fileBody(join(folder, ref.file), ref.size);
    }
    if ("zeros" in ref) return patternBody(ref.zeros, ZEROS);
    if ("pattern" in ref) return patternBody(ref.size, wholeBody(find(ref.pattern)));
    if ("join" in ref) return joinBodies(ref.join.map(find));
    return sliceBody(find(ref.slice), ref.start, ref.start + ref.size);
  }

  return {
    keep,
    find,
    sink,
    need(files) {
      for (const file of files) needs.set(file, (needs.get(file) ?? 0) + 1);
    },
    spare(files) {
      for (const file of files) {
        const left = (needs.get(file) ?? 0) - 1;
        if (left > 0) needs.set(file, left);
        else needs.delete(file);
      }
    },
    forget: () => needs.clear(),
    remove(files) {
      for (const file of files) if (!needs.has(file)) rmSync(join(folder, file), { force: true });
    },
    made() {
      const files = fresh;
      fresh = [];
      return files;
    },
    check() {
      for (const file of needs.keys()) {
        const path = join(folder, file);
        const size = statSync(path, { throwIfNoEntry: false })?.size;
        if (size === sizes.get(file)) continue;
        throw new FolderError(`${path}, the bytes of an object, is ${size === undefined ? "missing" : "not whole"}`);
      }
      for (const file of readdirSync(folder)) {
        if (NAME.test(file) && !needs.has(file)) rmSync(join(folder, file), { force: true });
      }
      sizes.clear();
    },
  };
}

/** The files that a kept body needs. */
export function filesOfKept({ ref }: Kept): string[] {
  return filesOf(ref);
}
