/** What a client cannot do, whatever server it talks to. Each limit is checked: one that is gone makes the suite fail. */
import type { Client } from "./client";

export interface Limit {
  /** of the client's name, which has its version */
  client: RegExp;
  /**
   * `reads`, `writes`: a single object of that key. `lists`: a bucket in which it is. `labels`: an object with metadata of
   * that value.
   */
  does: "reads" | "writes" | "lists" | "labels";
  /** the keys, or the values, that it cannot express */
  of: readonly string[];
  /** what is seen instead: of what the client says, or of what came of it */
  seen: RegExp;
  /** why */
  why: string;
}

export const limits: readonly Limit[] = [];

/** The limit of a client for a key, if it has one. */
export const limitOf = (client: Client, does: Limit["does"], key: string): Limit | undefined =>
  limits.find((limit) => limit.client.test(client.name) && limit.does === does && limit.of.includes(key));
