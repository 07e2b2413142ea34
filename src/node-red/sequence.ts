import { S3Error } from "../core/error";
import { type Joined, join } from "../core/joined";
import type { Incoming } from "./incoming";
import type { Ticket } from "./queue";

/** What a sequence needs of its node. */
export interface SequenceHost {
  admit(): Ticket;
  /** The data of one message. Rejects with MissingParameter or InvalidParameter. */
  dataOf(incoming: Incoming): Promise<unknown>;
  /**
   * Runs the operation in the background, with parameters from the first message and the result in that which `last`
   * gives. `over` is called with the error if it fails.
   */
  run(
    first: Incoming,
    ticket: Ticket,
    data: (signal: AbortSignal) => Joined,
    last: () => Incoming | undefined,
    over: (error?: S3Error) => void,
  ): void;
  /** Tells Node-RED that a message is done, or why not. */
  end(incoming: Incoming, error?: S3Error): void;
}

export interface Sequence {
  add(incoming: Incoming, ticket: Ticket, parts: { index?: unknown; count?: unknown; ch?: unknown }): Promise<void>;
  /** Ends it: the message at which it failed gets the error, all others `Aborted`. */
  fail(error: S3Error): void;
}

interface Piece {
  incoming: Incoming;
  ticket: Ticket;
  data?: unknown;
}

const afterwards = (): S3Error =>
  new S3Error("Aborted", "the sequence failed at another of its messages: nothing of it was written");

/**
 * One sequence. Its messages may come in any order, and are taken up in that of their index. Each is done when it is
 * taken up, so that memory stays flat; the last only with the result, and it alone goes out.
 * @param over called when it has ended, so that its node can forget it
 */
export const createSequence = (host: SequenceHost, over: (failed: boolean) => void): Sequence => {
  const waiting = new Map<number, Piece>();
  let next = 0;
  let arrivals = 0;
  let count: number | undefined;
  let started = false;
  /** What the next message to arrive gets, once the sequence has failed. */
  let failure: S3Error | undefined;
  /** The message that is being taken up; in the end, the last one. */
  let current: Piece | undefined;
  let wake = (): void => {};

  const fail = (error: S3Error): void => {
    if (failure) return;
    over(true);
    const left = [...waiting].sort(([a], [b]) => a - b).map(([, piece]) => piece);
    if (current) left.unshift(current);
    current = undefined;
    waiting.clear();
    failure = left.length > 0 ? afterwards() : error;
    left.forEach(({ ticket, incoming }, index) => {
      ticket.leave();
      host.end(incoming, index === 0 ? error : afterwards());
    });
    wake();
  };

  async function* pieces(signal: AbortSignal): AsyncGenerator<unknown> {
    signal.addEventListener("abort", () => wake(), { once: true });
    for (;;) {
      if (signal.aborted) throw signal.reason;
      if (failure) throw failure;
      const piece = waiting.get(next);
      if (!piece || !("data" in piece)) {
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        continue;
      }
      waiting.delete(next++);
      piece.ticket.leave();
      current = piece;
      if (piece.data !== undefined) yield piece.data;
      if (count !== undefined && next >= count) return;
      current = undefined;
      host.end(piece.incoming);
    }
  }

  const start = (first: Piece, separator: unknown): void => {
    started = true;
    const data = (signal: AbortSignal): Joined => join(first.data, pieces(signal), separator);
    host.run(
      first.incoming,
      first.ticket,
      data,
      () => current?.incoming,
      (error) => {
        if (error) return fail(error);
        over(false);
        const left = [...(current ? [current] : []), ...waiting.values()];
        for (const { incoming, ticket } of left) {
          ticket.leave();
          host.end(incoming);
        }
      },
    );
  };

  return {
    fail,
    async add(incoming, ticket, parts) {
      const index = typeof parts.index === "number" ? parts.index : arrivals;
      arrivals++;
      if (failure) {
        const error = failure;
        failure = afterwards();
        ticket.leave();
        return host.end(incoming, error);
      }
      if (typeof parts.count === "number") count = parts.count;
      const piece: Piece = { incoming, ticket };
      waiting.set(index, piece);
      try {
        piece.data = await host.dataOf(incoming);
      } catch (error) {
        // The core file node ends a sequence with a message that has no data, and an index past the end.
        const endsOnly = count !== undefined && index >= count && index > 0;
        if (!endsOnly) return fail(error as S3Error);
        piece.data = undefined;
      }
      if (failure) return;
      if (!started && index === 0) start(piece, parts.ch);
      wake();
    },
  };
};
