import { subscribe } from "node:diagnostics_channel";
import type { Socket } from "node:net";

/**
 * Counts the sockets to other programs that are opened from now on and not closed. Unlike Node.js's list of what keeps the
 * process alive, those that an agent keeps while nobody needs them are counted.
 * @returns tells how many are open
 */
export const countClientSockets = (): (() => number) => {
  let open = 0;
  subscribe("net.client.socket", (message) => {
    open++;
    (message as { socket: Socket }).socket.once("close", () => open--);
  });
  return () => open;
};
