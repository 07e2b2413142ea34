/** Queues in this process, as far as event notifications need SQS: send, receive, delete, visibility. */
import { createHash, randomBytes, randomUUID } from "node:crypto";

/** A message as SQS's ReceiveMessage gives it. */
export interface QueueMessage {
  MessageId: string;
  /** of this receipt; a later receipt of the same message has another */
  ReceiptHandle: string;
  MD5OfBody: string;
  Body: string;
}

export interface ReceiveQueueOptions {
  /** at most so many, 1 by default */
  max?: number;
  /** milliseconds to wait for a first message, 0 by default */
  wait?: number;
  /** milliseconds for which what was received is hidden from others, 30,000 by default */
  visibilityTimeout?: number;
  /** ends the waiting */
  signal?: AbortSignal;
}

/** A queue: first in, first out, at least once. */
export interface MessageQueue {
  readonly arn: string;
  /** messages that are not deleted, hidden ones included */
  readonly size: number;
  send(body: string): void;
  /** The next messages; an empty array when there is none after `wait`, the queue is closed or `signal` fires. */
  receive(options?: ReceiveQueueOptions): Promise<QueueMessage[]>;
  /** Deletes what was received under this handle. False when it is gone, or was received anew meanwhile. */
  delete(receiptHandle: string): boolean;
  /** ends all waiting, now and later */
  close(): void;
}

interface Held {
  id: string;
  body: string;
  receipt: string;
  /** when it is seen again, in milliseconds of performance.now() */
  visibleAt: number;
}

/** An empty queue. */
export function messageQueue(arn: string): MessageQueue {
  const held = new Set<Held>();
  const waiting = new Set<() => void>();
  let closed = false;
  const wake = (): void => {
    for (const one of [...waiting]) one();
  };
  const take = (max: number, hidden: number): QueueMessage[] => {
    const now = performance.now();
    const taken: QueueMessage[] = [];
    for (const one of held) {
      if (taken.length >= max) break;
      if (one.visibleAt > now) continue;
      one.visibleAt = now + hidden;
      one.receipt = randomBytes(24).toString("base64url");
      const md5 = createHash("md5").update(one.body).digest("hex");
      taken.push({ MessageId: one.id, ReceiptHandle: one.receipt, MD5OfBody: md5, Body: one.body });
    }
    return taken;
  };
  /** resolves at a new message, at the end of the shortest hiding, or after `limit` */
  const change = (limit: number, signal: AbortSignal | undefined): Promise<void> =>
    new Promise((resolve) => {
      const done = (): void => {
        clearTimeout(timer);
        waiting.delete(done);
        signal?.removeEventListener("abort", done);
        resolve();
      };
      const now = performance.now();
      let pause = limit;
      for (const one of held) pause = Math.min(pause, Math.max(0, one.visibleAt - now));
      const timer = setTimeout(done, Math.min(Math.ceil(pause), 2 ** 31 - 1));
      waiting.add(done);
      signal?.addEventListener("abort", done);
    });
  return {
    arn,
    get size() {
      return held.size;
    },
    send(body) {
      held.add({ id: randomUUID(), body, receipt: "", visibleAt: 0 });
      wake();
    },
    async receive({ max = 1, wait = 0, visibilityTimeout = 30_000, signal } = {}) {
      const end = performance.now() + wait;
      for (;;) {
        if (closed || signal?.aborted) return [];
        const taken = take(max, visibilityTimeout);
        const left = end - performance.now();
        if (taken.length > 0 || left <= 0) return taken;
        await change(left, signal);
      }
    },
    delete(receiptHandle) {
      for (const one of held) if (one.receipt === receiptHandle && receiptHandle !== "") return held.delete(one);
      return false;
    },
    close() {
      closed = true;
      wake();
    },
  };
}
