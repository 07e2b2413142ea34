import type { NodeAPI } from "node-red";

/** What relative paths on disk are relative to: the same as in the core's file nodes. */
export const workingDirectoryOf = (RED: NodeAPI): string =>
  (RED.settings as { fileWorkingDirectory?: string }).fileWorkingDirectory || process.cwd();

/** Where Node-RED keeps flows, credentials and nodes; undefined where it does not say. */
export const ownDirectoryOf = (RED: NodeAPI): string | undefined => RED.settings.userDir || undefined;
