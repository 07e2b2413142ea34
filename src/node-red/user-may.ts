import type { IncomingMessage } from "node:http";
import type { NodeAPI } from "node-red";

/**
 * Whether the user of a request has a permission. Node-RED has nothing to ask, only what lets a request pass or answers
 * it with an empty 401: so that gets a response that nobody sees, and ours can say in words what is missing.
 */
export const userMay = (RED: NodeAPI, request: IncomingMessage, permission: string): Promise<boolean> =>
  new Promise((resolve) => {
    const unseen = { setHeader() {}, status: () => unseen, end: () => resolve(false) };
    RED.auth.needsPermission(permission)(request as never, unseen as never, () => resolve(true));
  });
