import type { NodeMessage } from "node-red";

/** A message with what Node-RED gives along to answer it. */
export interface Incoming {
  msg: NodeMessage;
  /** An array has a message, or null, for each output. */
  send(messages: NodeMessage | (NodeMessage | null)[]): void;
  /** To be called once, whatever happens. */
  done(error?: Error): void;
}
