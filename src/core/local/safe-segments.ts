import { S3Error, shown } from "../error";
import { isPartName } from "./part-name";

/** Names that Windows takes for devices, with any extension (Naming Files, Paths, and Namespaces). */
const device =
  /^(?:con|prn|aux|nul|conin\$|conout\$|com[0-9\u00b9\u00b2\u00b3]|lpt[0-9\u00b9\u00b2\u00b3])(?:[ .].*)?$/i;

// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what Windows refuses in a name
const forbiddenOnWindows = /[\u0000-\u001f<>:"|?*]/;

/** What is wrong with one segment of a key as the name of a file, or undefined. */
const fault = (segment: string, first: boolean, windows: boolean): string | undefined => {
  if (segment === "") return first ? "begins with /, which is an absolute path" : "has // in it, a name that is empty";
  if (segment === "." || segment === "..") return `has ${segment} in it, which is a way and no name`;
  if (segment.includes("\0")) return "has a NUL in it, which ends a name";
  if (segment.includes("\\")) return "has a backslash in it, which parts names on Windows";
  if (first && /^[a-z]:/i.test(segment)) return `begins with ${segment.slice(0, 2)}, a drive on Windows`;
  // Two of them that cannot be written in UTF-8 would be one file.
  if (/\p{Surrogate}/u.test(segment)) return "is no text that can be written in UTF-8";
  if (isPartName(segment)) return "is named like this node's own temporary files";
  if (!windows) return undefined;
  if (forbiddenOnWindows.test(segment)) return "has a character in it that Windows does not take in a name";
  if (device.test(segment)) return `has ${segment} in it, which is a device on Windows`;
  if (/[ .]$/.test(segment)) return "has a name in it that ends with a space or a dot, which Windows leaves out";
  return undefined;
};

/**
 * The names of the folders and of the file that a key below a folder becomes, the file's last. Whether one of them is too
 * long is left to the file system, which knows.
 * @param below not empty; a folder's marker has a slash at its end, which makes no name
 * @param windows whether the names must be good for Windows; what is dangerous there is refused everywhere
 * @throws UnsafePath for what could leave the folder, or be another file than it says
 */
export const safeSegments = (below: string, windows = process.platform === "win32"): string[] => {
  const segments = (below.endsWith("/") ? below.slice(0, -1) : below).split("/");
  for (const [index, segment] of segments.entries()) {
    const wrong = fault(segment, index === 0, windows);
    if (wrong === undefined) continue;
    const text = `${shown(below)} ${wrong}: it was not written; rename the object, or read it with the read node`;
    throw new S3Error("UnsafePath", text);
  }
  return segments;
};
