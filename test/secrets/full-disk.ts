import { open } from "node:fs/promises";

/** Has every file say that the disk is full, which nobody can fill for a test; gives what undoes it. */
export const fullDisk = async (): Promise<() => void> => {
  const any = await open(__filename);
  const files = Object.getPrototypeOf(any);
  await any.close();
  const { writev } = files;
  files.writev = () =>
    Promise.reject(Object.assign(new Error("ENOSPC: no space left"), { code: "ENOSPC", syscall: "write" }));
  return () => {
    files.writev = writev;
  };
};
