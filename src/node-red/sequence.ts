import { invalid, type S3Error, shown } from "../core/error";
import { type Joined, join } from "../core/joined";
import { timerMs } from "../core/timer-ms";
import type { Incoming } from "./incoming";
import type { Ticket } from "./queue";
import type { SequenceEnds } from "./sequence-ends";

/** What a sequence needs of its node. */
export interface SequenceHost {
  admit(): Ticket;
  /** The data of one message. Rejects with MissingParameter or InvalidParameter. */
  dataOf(incoming: Incoming): Promise<unknown>;
  /** Runs the operation in the background. */
  run(whole: Whole): void;
  /** Tells Node-RED that a message is done, or why not. */
  end(incoming: Incoming, error?: S3Error): void;
  /** Tells what no message can tell any more. */
  warn(text: string): void;
  /** Tells an error with a message that is done. */
  tell(incoming: Incoming, error: S3Error): void;
  /** Seconds to wait for the next message; 0 for ever. */
  patience(): number;
  ends: SequenceEnds;
}

/** A sequence as one run. */
export interface Whole {
  /** That of its messages. */
  id: unknown;
  /** Its other parameters are those of the run. */
  first: Incoming;
  ticket: Ticket;
  data(signal: AbortSignal): Joined;
  /** Gives the message that goes out with the result. */
  last(signal: AbortSignal): Promise<Incoming | undefined>;
  /** To be called when the run has ended, with the error if it failed. */
  over(error?: S3Error): void;
}

/** What is asked of `msg.parts`. */
export interface Place {
  index?: unknown;
  count?: unknown;
  ch?: unknown;
}

export interface Sequence {
  add(incoming: Incoming, parts: Place): Promise<void>;
  /** Whether a message that comes after the end belongs to another sequence with the same id. */
  beginsAnother(parts: Place): boolean;
  /**
   * Ends it, as its node closes: the first message that is not done gets the error, all others `Aborted`. Not when all of it
   * is taken up: then the run is ended, and tells what it has done.
   * @returns how many of its messages are done, all for nothing
   */
  close(error: S3Error): number;
  /**
   * The same before all of its messages have come; later the work goes on.
   * @returns when nothing of it is left in the store
   */
  giveUp(error: S3Error): Promise<void>;
}

interface Piece {
  index: number;
  incoming: Incoming;
  ticket?: Ticket;
  /** Undefined for one that adds nothing; not there before it is known. */
  data?: unknown;
}

/** What a message says of the number of messages, if it does. */
const countIn = ({ count }: Place): number | undefined => {
  if (count === undefined || count === null) return undefined;
  if (Number.isSafeInteger(count) && (count as number) > 0) return count as number;
  const way = "it is the number of all messages of the sequence, or may be left out in all but the last";
  throw invalid("parts.count", `must be an integer from 1 on, and is ${shown(count)}: ${way}`);
};

/**
 * One sequence. Its messages may come in any order, and are taken up in that of their index. Each is done when it is
 * taken up, so that memory stays flat; the last only with the result, and it alone goes out.
 * @param id that of its messages, for texts
 * @param over called when it has ended, so that its node can forget it
 */
export const createSequence = (host: SequenceHost, id: unknown, over: () => void): Sequence => {
  const { ends } = host;
  const waiting = new Map<number, Piece>();
  let next = 0;
  let highest = 0;
  let arrivals = 0;
  /** The count, when the message that tells it is known to be none of too many. */
  let count: number | undefined;
  /** The count, as soon as any message tells it. */
  let announced: number | undefined;
  /** How many of those have come that are announced: each once, and none past the end. */
  let came = 0;
  /** Comes past the end, and only tells where that is. */
  let terminal: Piece | undefined;
  let hadFirst = false;
  /** Nobody waits for the rest of it. */
  let givenUp = false;
  let started = false;
  /** All messages are taken up. */
  let complete = false;
  /** The result is out. */
  let finished = false;
  /** What the next message to arrive gets, once the sequence has failed. */
  let failure: S3Error | undefined;
  /** The message that is being taken up; in the end, the last one. */
  let current: Piece | undefined;
  let wake = (): void => {};
  /** The operation has asked for its data, so that something of it may be in the store. */
  let begun = false;
  /** The operation waits for a message. */
  let idle = false;
  /** The last message that is done. */
  let last: Incoming | undefined;
  let settle = (): void => {};
  const settled = new Promise<void>((resolve) => {
    settle = resolve;
  });
  let timer: NodeJS.Timeout | undefined;

  const accepted = (): number => next - (current ? 1 : 0);

  const allCame = (): boolean => announced !== undefined && came >= announced;

  /**
   * From here on, the next message is waited for. Not while the operation is at work, or waits for its turn: a flow that
   * sends each when the one before it is done then waits for the store.
   */
  const waitAnew = (): void => {
    clearTimeout(timer);
    const seconds = host.patience();
    if (seconds === 0 || failure || finished || allCame() || (started && !idle)) return;
    const giveUp = (): void => {
      const error = ends.timedOut(id, accepted(), seconds);
      const nobody = !current && waiting.size === 0;
      givenUp = true;
      // Perhaps nobody comes any more either.
      if (nobody && last) host.tell(last, error);
      fail(nobody && last ? ends.afterwards(false) : error);
    };
    timer = setTimeout(giveUp, timerMs(seconds)).unref();
  };

  const end = ({ incoming, ticket }: Piece, error?: S3Error): void => {
    ticket?.leave();
    host.end(incoming, error);
  };

  const waits = (piece: Piece): boolean => waiting.get(piece.index) === piece;

  /** The message `at` gets the error; without one, the first that is not done; without any, the next that comes. */
  const fail = (error: S3Error, at?: Piece): void => {
    if (failure) return;
    if (at && complete) {
      // It came too late to change anything: the work goes on without it.
      if (waits(at)) waiting.delete(at.index);
      end(at, error);
      return;
    }
    clearTimeout(timer);
    over();
    const left = new Set([...(current ? [current] : []), ...waiting.values(), ...(at ? [at] : [])]);
    const ordered = [...left].sort((a, b) => a.index - b.index);
    current = undefined;
    last = undefined;
    terminal = undefined;
    waiting.clear();
    const blamed = at ?? ordered[0];
    failure = blamed ? ends.afterwards(complete) : error;
    // Nothing is wrong with those before `at`: they were accepted, as those that are done already.
    const good = ({ index }: Piece): boolean => at !== undefined && index <= at.index;
    for (const piece of ordered)
      end(piece, piece === blamed ? error : good(piece) ? undefined : ends.afterwards(complete));
    wake();
  };

  /** Takes up the messages that are left, in their order. */
  async function* pieces(signal: AbortSignal): AsyncGenerator<unknown> {
    begun = true;
    signal.addEventListener("abort", () => wake(), { once: true });
    while (!complete) {
      if (signal.aborted) throw signal.reason;
      if (failure) throw failure;
      if (current) end(current);
      last = current?.incoming ?? last;
      current = undefined;
      const piece = next === count ? terminal : waiting.get(next);
      if (!piece || !("data" in piece)) {
        idle = true;
        waitAnew();
        await new Promise<void>((resolve) => {
          wake = resolve;
        });
        idle = false;
        continue;
      }
      waiting.delete(piece.index);
      next++;
      piece.ticket?.leave();
      current = piece;
      clearTimeout(timer);
      complete = count !== undefined && next >= count;
      if (piece.data !== undefined) yield piece.data;
    }
  }

  const start = (first: Piece, separator: unknown): void => {
    started = true;
    clearTimeout(timer);
    host.run({
      id,
      first: first.incoming,
      ticket: first.ticket as Ticket,
      data: (signal) => join(first.data, pieces(signal), separator),
      async last(signal) {
        // What the operation did not need, such as the rest of an object that is skipped, still comes.
        for await (const _ of pieces(signal));
        if (failure) throw failure;
        return current?.incoming;
      },
      over(error) {
        settle();
        if (error) return fail(error);
        clearTimeout(timer);
        over();
        finished = true;
        const [carrier, left] = [current, [...waiting.values()]];
        current = undefined;
        last = undefined;
        waiting.clear();
        if (carrier) end(carrier);
        for (const piece of left) end(piece, piece === terminal ? undefined : ends.tooLate(piece.index, true));
        terminal = undefined;
      },
    });
  };

  const checkIndex = (index: number): void => {
    const why = !(Number.isSafeInteger(index) && index >= 0)
      ? "must be an integer from 0 on"
      : index < next || waiting.has(index)
        ? "came twice: another sequence has the same parts.id"
        : undefined;
    if (why) throw invalid("parts.index", `${index} ${why}`);
  };

  /** What a message gets that comes after the end. */
  const tooLate = (index: number): S3Error => {
    if (!failure) return ends.tooLate(index, finished);
    const error = failure;
    failure = ends.afterwards(complete);
    return error;
  };

  /** All messages must tell the same count. */
  const announce = (told: number | undefined): void => {
    if (told === undefined || told === announced) return;
    if (announced !== undefined) {
      const way = "give each sequence a parts.id of its own";
      throw invalid(
        "parts.count",
        `is ${told}, and another message of the sequence ${shown(id)} told ${announced}: ${way}`,
      );
    }
    announced = told;
    came = next;
    for (const index of waiting.keys()) if (index < told) came++;
  };

  return {
    async giveUp(error) {
      if (failure || allCame()) return;
      givenUp = true;
      fail(error);
      if (begun) await settled;
    },
    close(error) {
      if (complete) return 0;
      const done = accepted();
      fail(error);
      return done;
    },
    beginsAnother({ index }) {
      if (typeof index === "number") return index === 0 && (hadFirst || givenUp);
      // Without an index, only their number tells the rest of one that failed from another one.
      return announced !== undefined && arrivals >= announced;
    },
    async add(incoming, parts) {
      const index = typeof parts.index === "number" ? parts.index : arrivals;
      arrivals++;
      hadFirst ||= index === 0;
      if (failure || finished || complete) {
        // For those without an index, their number tells where it ends.
        if (typeof parts.count === "number") announced ??= parts.count;
        return host.end(incoming, tooLate(index));
      }
      const piece: Piece = { index, incoming };
      let told: number | undefined;
      try {
        told = countIn(parts);
        announce(told);
        checkIndex(index);
        piece.ticket = host.admit();
      } catch (error) {
        return fail(error as S3Error, piece);
      }
      waiting.set(index, piece);
      if (announced !== undefined && index < announced) came++;
      waitAnew();
      const isPast = told !== undefined && index >= told;
      try {
        piece.data = await host.dataOf(incoming);
      } catch (error) {
        if (!waits(piece)) return;
        // A sequence whose end is found too late ends with a message without data, and an index past the end.
        if (!isPast || (error as S3Error).code !== "MissingParameter") return fail(error as S3Error, piece);
        piece.data = undefined;
      }
      // It was ended meanwhile, with all others.
      if (!waits(piece)) return;
      if (isPast && piece.data === undefined) terminal ??= piece;
      else highest = Math.max(highest, index);
      count = told ?? count;
      if (count !== undefined && highest >= count) {
        return fail(invalid("parts.count", `is ${count}, and a message has the index ${highest}`), piece);
      }
      if (!started && index === 0) start(piece, parts.ch);
      wake();
    },
  };
};
