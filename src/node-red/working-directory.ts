import type { NodeAPI } from "node-red";

/** What relative paths on disk are relative to: the same as in the core's file nodes. */
export const workingDirectoryOf = (RED: NodeAPI): string =>
  (RED.settings as { fileWorkingDirectory?: string }).fileWorkingDirectory || process.cwd();
