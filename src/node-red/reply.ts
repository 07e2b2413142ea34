import { setImmediate as otherWork } from "node:timers/promises";
import type { Node, NodeAPI, NodeMessage } from "node-red";
import type { About, Reply, Sequence, Single } from "../core/operation";
import { type Output, place, share } from "./place";
import type { Pulls } from "./pulls";

/** What all messages of a reply need. */
export interface Sending {
  RED: NodeAPI;
  node: Node;
  output: Output;
  /** `msg.s3` in every message: operation, bucket, path. */
  identity: About;
  /** That of the job. */
  signal: AbortSignal;
  send(messages: NodeMessage | (NodeMessage | null)[]): void;
  /** Ends the job. */
  abort(reason: Error): void;
  /** Where the messages of a sequence wait for one another to come back. */
  pulls?: Pulls | undefined;
}

/** Messages that are sent without a pause: the flow takes them up before more are made, and other flows have their turn. */
const inOneGo = 32;

type Parts = NodeMessage & { parts?: object; s3?: About };

const sendSingle = async (sending: Sending, msg: Parts, single: Single): Promise<void> => {
  const { RED, node, output, identity, signal, send } = sending;
  msg.s3 = { ...identity, ...single.about };
  await place(RED, node, msg, output, single.result, signal);
  send(single.port ? [...Array(single.port).fill(null), msg] : msg);
};

const sendSequence = async (sending: Sending, msg: Parts, { items, about, parts }: Sequence): Promise<void> => {
  const { RED, node, output, identity, signal, abort, send, pulls } = sending;
  const id = RED.util.generateId();
  const pull = pulls?.open({ id, msgid: msg._msgid, path: identity.path, abort });
  // As the core split node does: a sequence in a sequence keeps the outer one.
  const outer = msg.parts ? { parts: msg.parts } : {};
  const own = { id };
  let index = 0;
  let isHeld = false;
  let held: unknown;
  const sendHeld = async (count?: number): Promise<void> => {
    if (!isHeld) return;
    const copy: Parts = share(RED, msg, output);
    // By assign: what gets properties after it was spread, V8 collects late, with all that was made meanwhile.
    copy.s3 = Object.assign({}, identity, about);
    const at = Object.assign({}, outer, own, parts) as { index?: number; count?: number };
    at.index = index;
    if (count !== undefined) at.count = count;
    copy.parts = at;
    await place(RED, node, copy, output, held, signal);
    await pull?.turn(index, signal);
    index++;
    send(copy);
    // Behind the last, there is nothing that an abort could keep from being sent.
    if (count !== undefined || index % inOneGo !== 0) return;
    await otherWork();
    if (signal.aborted) throw signal.reason;
  };
  try {
    for await (const item of items) {
      await sendHeld();
      // One is held back, since only the last says how many they were.
      held = item;
      isHeld = true;
      // Nor is the store asked for what comes after it before the flow has asked.
      await pull?.back(signal);
    }
    await sendHeld(index + 1);
  } finally {
    pull?.close();
  }
};

/** Sends a message beside that of the reply, before it. */
export const sendAside = async (sending: Sending, msg: NodeMessage, port: number, told: unknown): Promise<void> => {
  const { RED, node, output, identity, signal, send } = sending;
  const copy: Parts = share(RED, msg, output);
  copy.s3 = { ...identity };
  await place(RED, node, copy, output, told, signal);
  send([...Array(port).fill(null), copy]);
};

/** Sends what an operation replied. Resolves when the last message is out, and a stream has ended. */
export const sendReply = async (sending: Sending, msg: NodeMessage, reply: Reply): Promise<void> => {
  if ("items" in reply) return sendSequence(sending, msg, reply);
  await sendSingle(sending, msg, reply);
};
