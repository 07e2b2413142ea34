import type { Victim } from "./remove";
import type { Page } from "./reply-pages";
import type { Answer, Request } from "./request-handler";

/** What became of the attempts of one request. */
export interface Attempts {
  /** One of them may have been carried out, though it was not answered as it should. */
  doubtful: boolean;
  /** Called for each of them that the store refused because there were too many requests. */
  throttled?(): void;
  /** Given the body of an answer with HTTP status 200, as it came, before anybody reads it. */
  body?(bytes: Buffer): void;
  /**
   * Given the bytes of a page of a listing before they are read: gives an outline of it to go on with, if it is to be read later,
   * and then keeps a copy of the bytes.
   */
  outline?(bytes: Buffer): Page | undefined;
  /** What a deletion asks for. */
  victims?: readonly Victim[] | undefined;
  /** Given the bytes of a page of a listing that is whole. They are used again when it returns. */
  page?(bytes: Buffer): void;
}

/** An attempt that was made before the SDK was asked for any: its answer, or what it was rejected with. */
export interface Made {
  request: Request;
  /** When it began, by `performance.now()`. */
  began: number;
  answer?: Answer;
  error?: unknown;
}

/** What goes along with a request, on its input: the SDK caches its handlers only for calls without options. */
export interface Along {
  signal: AbortSignal;
  attempts: Attempts | undefined;
  /** Is the first one that the SDK makes. */
  made?: Made;
}

/** The name under which it goes along. */
export const along = Symbol("along");
