import { resolve } from "node:path";
import { invalid, shown } from "../error";
import type { Context } from "../operation";

/**
 * Where a path lies on the disk of this machine: a relative one below the working directory.
 * @param name of the parameter
 * @throws InvalidParameter
 */
export const localPath = (
  { workingDirectory }: Pick<Context, "workingDirectory">,
  path: string,
  name: string,
): string => {
  if (path.trim() === "") throw invalid(name, `${shown(path)} names no file; write it like /data/reports`);
  if (path.includes("\0")) throw invalid(name, `${shown(path)} has a NUL, which no file name may have`);
  return resolve(workingDirectory, path);
};
