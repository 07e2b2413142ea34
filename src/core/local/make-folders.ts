import { mkdir, stat } from "node:fs/promises";
import { dirname } from "node:path";
import { codeOf } from "../to-error";

/**
 * Makes a folder, and those above it that are missing. Node.js's own way, `recursive`, goes on for ever where a file
 * system says of a new folder that it does not exist, as Linux does below /proc.
 */
export const makeFolders = async (path: string): Promise<void> => {
  const isThere = async (error: unknown): Promise<void> => {
    const there = await stat(path).catch(() => undefined);
    if (!there?.isDirectory()) throw error;
  };
  try {
    await mkdir(path);
  } catch (error) {
    const above = dirname(path);
    if (codeOf(error) !== "ENOENT" || above === path) return isThere(error);
    await makeFolders(above);
    await mkdir(path).catch(isThere);
  }
};
