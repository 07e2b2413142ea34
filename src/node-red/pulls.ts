import type { NodeMessage } from "node-red";
import { invalid, S3Error, shown } from "../core/error";
import { unlessAborted } from "../core/unless-aborted";

/** The messages of one sequence, each of which is to come back before the next one is sent. */
export interface Pull {
  /** Resolves when the message before the one with this index has come back. Rejects when `signal` is aborted. */
  turn(index: number, signal: AbortSignal): Promise<void>;
  /** Resolves when the last one that was sent has come back. */
  back(signal: AbortSignal): Promise<void>;
  /** No further one is sent. */
  close(): void;
}

/** The sequences of a node that its flow asks for, message by message. */
export interface Pulls {
  open(sequence: Pulled): Pull;
  /** Takes a message that has come back, or gives sequences up; false for one that asks for something new. */
  take(msg: NodeMessage): boolean;
  /** Refuses one that has come back without its parts (`InvalidParameter`): to begin anew would never end. */
  checkNew(msg: NodeMessage): void;
}

/** What is told of a sequence. */
interface Pulled {
  id: string;
  /** That of all its messages, and of others that came of the same one. */
  msgid: unknown;
  path: unknown;
  /** Ends the work for it. */
  abort(reason: S3Error): void;
}

interface Open extends Pulled {
  /** The message that is in the flow. */
  index: number;
  back(): void;
}

/**
 * Sequences that have ended, with the node that sent them: their last message comes back too, and those of a node that is
 * deployed anew come back to its successor. To any other node, they ask for something new.
 */
const ended = new Set<string>();

const remembered = 10_000;

const givenUp = (id: unknown): S3Error =>
  new S3Error("Aborted", `the sequence ${shown(id)} was given up by a message with msg.reset, before its end`);

const partsOf = (msg: NodeMessage): { id?: unknown; index?: unknown } => {
  const { parts } = msg as { parts?: unknown };
  return typeof parts === "object" && parts !== null ? parts : {};
};

/**
 * @param node id of the node
 * @param operation its verb
 */
export const createPulls = (node: string, operation: string): Pulls => {
  const open = new Map<unknown, Open>();
  const named = (id: unknown): string => `${node} ${String(id)}`;
  return {
    open(sequence) {
      const { id } = sequence;
      const one: Open = { ...sequence, index: -1, back() {} };
      open.set(id, one);
      let before = Promise.resolve();
      return {
        async turn(index, signal) {
          await unlessAborted(signal, before);
          one.index = index;
          // Before it is sent, for a flow may be quick.
          before = new Promise((resolve) => {
            one.back = resolve;
          });
        },
        back: (signal) => unlessAborted(signal, before),
        close() {
          open.delete(id);
          ended.add(named(id));
          if (ended.size > remembered) ended.delete(ended.values().next().value as string);
        },
      };
    },
    take(msg) {
      const { id, index } = partsOf(msg);
      if (Object.hasOwn(msg, "reset")) {
        const ids = id === undefined ? [...open.keys()] : [id];
        for (const one of ids) open.get(one)?.abort(givenUp(one));
        return true;
      }
      const one = open.get(id);
      // What was sent before may come twice, where a flow has several ways back.
      if (one && (index === undefined || index === one.index)) one.back();
      return one !== undefined || ended.has(named(id));
    },
    checkNew(msg) {
      const { s3 } = msg as { s3?: { operation?: unknown; path?: unknown } };
      if (s3?.operation !== operation) return;
      if (![...open.values()].some(({ msgid, path }) => msgid === msg._msgid && path === s3.path)) return;
      const way = "the flow must keep msg.parts as they are, for the next to be sent";
      throw invalid("parts", `are not those of a message that has come back: ${way}`);
    },
  };
};
