import { meanings } from "../codes";
import { S3Error } from "../error";

/** Codes of the file system that have a name here; all others keep their own. */
const names: Readonly<Record<string, string>> = {
  ENOENT: "NoSuchFile",
  EACCES: "FileRefused",
  EPERM: "FileRefused",
  EROFS: "FileRefused",
  ENOSPC: "DiskFull",
  EDQUOT: "DiskFull",
};

/** Of codes that keep their own name, what helps more than the words of the file system. */
const words: Readonly<Record<string, { what: string; hint: string }>> = {
  ENOTDIR: {
    what: "a part of this path is no folder",
    hint: "Name another path, or take away the file that is in the way.",
  },
};

/** An error about a file on disk. `file` is named in the text. */
export const localError = (code: string, file: string, said?: string): S3Error => {
  const { what, hint } = meanings[code] ?? words[code] ?? { what: said ?? "it failed", hint: "" };
  return new S3Error(code, `${file}: ${what}.${hint ? ` ${hint}` : ""} (${code})`);
};

/** An error of the file system in words; anything else as it is. `file` is the file that was worked on. */
export const toLocalError = (thrown: unknown, file: string): unknown => {
  if (thrown instanceof S3Error) return thrown;
  const { code, syscall, message } = (thrown ?? {}) as { code?: unknown; syscall?: unknown; message?: unknown };
  if (typeof code !== "string" || !/^E[A-Z0-9]+$/.test(code) || syscall === undefined) return thrown;
  // Those of the network have words of their own.
  if (!names[code] && meanings[code]) return thrown;
  return localError(names[code] ?? code, file, typeof message === "string" ? message.split("\n")[0] : undefined);
};

/** Does what a file is needed for, and says in words what the file system says against it. */
export const withFile = async <T>(file: string, work: () => Promise<T>): Promise<T> => {
  try {
    return await work();
  } catch (error) {
    throw toLocalError(error, file);
  }
};
