import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import type { Body } from "../parts";
import { singleLimit } from "../parts";
import { localError, withFile } from "./local-error";
import type { LocalFile } from "./same-content";

/** A file that is open for reading. */
export interface OpenFile extends LocalFile {
  /** Its bytes, again for each time it is asked for. Fails with FileChanged if they are not those that were there. */
  body(): Promise<Body>;
  close(): Promise<void>;
}

/** Not to wait for ever at a pipe that has taken the place of a file. */
const flags = constants.O_RDONLY | (constants.O_NONBLOCK ?? 0);

/** Bytes read at a time. */
const chunkSize = 1024 * 1024;

const statOf = async (handle: FileHandle) => {
  const { size, mtimeNs, ...told } = await handle.stat({ bigint: true });
  return {
    size: Number(size),
    modified: mtimeNs,
    isFile: (Number(told.mode) & constants.S_IFMT) === constants.S_IFREG,
  };
};

/** Opens a file, and looks at it. Throws NoSuchFile, FileRefused, NotAFile. */
export const openFile = async (file: string): Promise<OpenFile> => {
  const handle = await withFile(file, () => open(file, flags));
  try {
    const { size, modified, isFile } = await withFile(file, () => statOf(handle));
    if (!isFile) throw localError("NotAFile", file);

    /** @param bytes that were read to the end of the file */
    const checkUnchanged = async (bytes: number): Promise<void> => {
      // Files that the system makes up when they are read, as in /proc, are empty to whoever asks for their size.
      const { bytesRead: more } = await withFile(file, () => handle.read(Buffer.alloc(1), 0, 1, size));
      const now = await withFile(file, () => statOf(handle));
      if (more > 0 || bytes !== size || now.size !== size || now.modified !== modified)
        throw localError("FileChanged", file);
    };
    const read = async (buffer: Buffer, at: number, filled = 0): Promise<number> => {
      const { bytesRead } = await withFile(file, () =>
        handle.read(buffer, filled, buffer.length - filled, at + filled),
      );
      const total = filled + bytesRead;
      return bytesRead === 0 || total === buffer.length ? total : read(buffer, at, total);
    };
    async function* chunks(signal: AbortSignal): AsyncGenerator<Buffer> {
      // One for all of them: parts.ts has copied a chunk when it asks for the next.
      const whole = Buffer.allocUnsafeSlow(chunkSize);
      let at = 0;
      while (at < size) {
        if (signal.aborted) throw signal.reason;
        const buffer = whole.subarray(0, Math.min(chunkSize, size - at));
        const length = await read(buffer, at);
        at += length;
        if (length < buffer.length) break;
        // What changed is found out before the last of it is sent.
        if (at === size) await checkUnchanged(at);
        yield buffer;
      }
      await checkUnchanged(at);
    }
    return {
      file,
      size,
      modified,
      async body() {
        if (size > singleLimit) return chunks;
        const whole = Buffer.allocUnsafeSlow(size);
        await checkUnchanged(await read(whole, 0));
        return whole;
      },
      close: () => handle.close(),
    };
  } catch (error) {
    await handle.close();
    throw error;
  }
};
