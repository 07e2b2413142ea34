import type { NodeMessage } from "node-red";
import { aborted } from "../core/connection";
import type { Incoming } from "./incoming";
import { createSequence, type Place, type Sequence, type SequenceHost } from "./sequence";

/** `msg.parts` of Node-RED's split and join nodes. */
interface Parts extends Place {
  id?: unknown;
}

/** Joins the messages of sequences, each into one run of the operation. */
export interface Sequences {
  /** Takes a message that belongs to a sequence, or gives sequences up; false if it does neither. */
  take(incoming: Incoming): boolean;
  /** Whether there is one that has not come to its end. */
  collects(): boolean;
  close(): void;
}

/** The id of the sequence that a message belongs to; undefined for one that belongs to none. */
export const sequenceIdOf = (msg: NodeMessage): unknown => {
  const { parts } = msg as { parts?: Parts | null };
  return typeof parts === "object" && parts !== null ? parts.id : undefined;
};

/** Whether a message gives sequences up, as with Node-RED's join node: whatever the value. */
export const isReset = (msg: NodeMessage): boolean => Object.hasOwn(msg, "reset");

/** Ended sequences that are remembered, so that stragglers do not begin others that never start. */
const remembered = 1000;

/** Tells the messages of several sequences apart, by `msg.parts.id`. */
export const createSequences = (host: SequenceHost): Sequences => {
  const open = new Map<unknown, Sequence>();
  const ended = new Map<unknown, Sequence>();
  const find = (id: unknown, parts: Parts): Sequence => {
    const known = open.get(id) ?? ended.get(id);
    if (known && (open.has(id) || !known.beginsAnother(parts))) return known;
    ended.delete(id);
    const sequence = createSequence(host, id, () => {
      open.delete(id);
      ended.set(id, sequence);
      if (ended.size > remembered) ended.delete(ended.keys().next().value);
    });
    open.set(id, sequence);
    return sequence;
  };
  /** As Node-RED's join node does it: that of the message, or all where it names none. */
  const giveUp = async (incoming: Incoming, named: unknown): Promise<void> => {
    const ids = named === undefined ? [...open.keys()] : [named];
    await Promise.all(ids.map((id) => open.get(id)?.giveUp(host.ends.reset(id))));
    host.end(incoming);
  };
  return {
    take(incoming) {
      const { parts } = incoming.msg as { parts?: Parts };
      const id = sequenceIdOf(incoming.msg);
      if (isReset(incoming.msg)) {
        void giveUp(incoming, id);
        return true;
      }
      if (id === undefined) return false;
      void find(id, parts as Parts).add(incoming, parts as Parts);
      return true;
    },
    collects: () => open.size > 0,
    close() {
      for (const [id, sequence] of [...open]) {
        const accepted = sequence.close(aborted());
        if (accepted > 0) host.warn(host.ends.givenUp(id, accepted));
      }
    },
  };
};
