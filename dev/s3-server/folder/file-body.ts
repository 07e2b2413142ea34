/** Bodies that lie in files. */
import { closeSync, fdatasyncSync, openSync, readSync, renameSync, rmSync, writeSync } from "node:fs";
import { type Body, type BodySink, memoryBody } from "../body";

const PIECE = 256 * 1024;

/** Up to this many bytes, a body lies in the journal and in memory: no file for each small object. */
export const INLINE = 4096;

/** The body in a file. The file is open only while it is read; throws while reading when it is shorter than it should be. */
export function fileBody(path: string, size: number): Body {
  return {
    size,
    *read(start, end) {
      const last = Math.min(end, size);
      if (start >= last) return;
      const file = openSync(path, "r");
      try {
        for (let at = start; at < last; ) {
          const piece = Buffer.allocUnsafe(Math.min(PIECE, last - at));
          const count = readSync(file, piece, 0, piece.length, at);
          if (count === 0) throw new Error(`${path} is shorter than its ${size} bytes`);
          yield piece.subarray(0, count);
          at += count;
        }
      } finally {
        closeSync(file);
      }
    },
  };
}

/** A sink whose bytes go into a file, unless they are few. */
export interface FileSink extends BodySink {
  /** clears up when the body was never asked for */
  abandon(): void;
}

/** A sink for the file `path`, which has a name of its own until it is whole. `onFile` is told the body in the file. */
export function fileSink(path: string, onFile: (body: Body) => void): FileSink {
  const temporary = `${path}.part`;
  let held: Buffer[] = [];
  let size = 0;
  let file: number | undefined;

  function clear(): void {
    held = [];
    size = 0;
    if (file === undefined) return;
    closeSync(file);
    file = undefined;
    rmSync(temporary, { force: true });
  }

  function write(data: Buffer): void {
    file ??= openSync(temporary, "w", 0o600);
    for (let at = 0; at < data.length; ) at += writeSync(file, data, at, data.length - at);
  }

  return {
    add(data) {
      size += data.length;
      held.push(data);
      if (size <= INLINE) return;
      for (const piece of held) write(piece);
      held = [];
    },
    clear,
    abandon: clear,
    body() {
      if (file === undefined) return memoryBody([Buffer.concat(held)]);
      // on the disk before the journal names it: a line that names half a body would be damage
      fdatasyncSync(file);
      closeSync(file);
      file = undefined;
      renameSync(temporary, path);
      const body = fileBody(path, size);
      onFile(body);
      return body;
    },
  };
}
