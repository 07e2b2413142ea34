import { aborted } from "../core/connection";
import { shown } from "../core/error";
import type { Incoming } from "./incoming";
import { createSequence, type Place, type Sequence, type SequenceHost } from "./sequence";

/** `msg.parts` of Node-RED's split and join nodes. */
interface Parts extends Place {
  id?: unknown;
}

/** Joins the messages of sequences, each into one run of the operation. */
export interface Sequences {
  /** Takes a message that belongs to a sequence; false if it does not. */
  take(incoming: Incoming): boolean;
  close(): void;
}

/** Ended sequences that are remembered, so that stragglers do not begin others that never start. */
const remembered = 1000;

const givenUp = (id: unknown, accepted: number): string =>
  `the sequence ${shown(id)} was given up after ${accepted} of its messages, as the node was closed before all had come: nothing of it was written`;

/** Tells the messages of several sequences apart, by `msg.parts.id`. */
export const createSequences = (host: SequenceHost): Sequences => {
  const open = new Map<unknown, Sequence>();
  const ended = new Map<unknown, Sequence>();
  const find = (id: unknown, parts: Parts): Sequence => {
    const known = open.get(id) ?? ended.get(id);
    if (known && (open.has(id) || !known.beginsAnother(parts))) return known;
    ended.delete(id);
    const sequence = createSequence(host, () => {
      open.delete(id);
      ended.set(id, sequence);
      if (ended.size > remembered) ended.delete(ended.keys().next().value);
    });
    open.set(id, sequence);
    return sequence;
  };
  return {
    take(incoming) {
      const { parts } = incoming.msg as { parts?: Parts };
      if (typeof parts !== "object" || parts === null || parts.id === undefined) return false;
      void find(parts.id, parts).add(incoming, parts);
      return true;
    },
    close() {
      for (const [id, sequence] of [...open]) {
        const accepted = sequence.accepted();
        sequence.fail(aborted());
        if (accepted > 0) host.warn(givenUp(id, accepted));
      }
    },
  };
};
