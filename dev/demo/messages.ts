import type { FlowNode } from "./flows";

/**
 * What the demo tells its Node-RED process to do. It goes through the channel between the two, so that no secret is
 * in an argument or in the environment.
 */
export interface Order {
  port: number;
  /** Absent where the user directory has flows already. */
  flows?: FlowNode[];
  /** What Node-RED encrypts the flows' credentials with. */
  credentialSecret: string;
  /** The inject node to press at once, and the debug nodes that speak when all is done. */
  run?: { start: string; results: string[] };
}

/** What the Node-RED process answers: it is ready, or why it is not. */
export type Answer = { port: number; finished: boolean } | { failure: string };
