import type { Core } from "../support/context";
import type { Bucket, Change } from "./bucket";

/** What the operation told. */
export interface Told {
  // biome-ignore lint/suspicious/noExplicitAny: results are whatever an operation makes of them
  result: any;
  /** The bucket as it is now. */
  now: Bucket;
  /** Whether the store got a request twice that does something each time. */
  twice: boolean;
}

/** What one operation must do to a bucket, as the model has it. */
export interface Wish {
  verb: Parameters<Core["run"]>[0];
  values: object;
  changes: readonly Change[];
  /** The code of the error that it must end with. */
  code?: string;
  /** Of each path that must fail, where some of many do. */
  codes?: Readonly<Record<string, string>>;
  /** Each change is made once, however often its request is repeated. */
  once?: boolean;
  /**
   * Where the very bytes that are to be written stand in its way. After a doubtful answer nobody can tell them from those
   * that were sent, so that it may say that it wrote them.
   */
  sameBytes?: readonly string[];
  /**
   * How it may end besides where the store gets a request twice: the first one of them does what the second one is refused
   * for, and the client hears of the second one alone.
   */
  ifTwice?: {
    code?: string | undefined;
    /** Of each path of several. */
    codes?: string;
    /** May be made too. */
    also?: readonly Change[];
  };
  /** It has as many bytes as few may have at a time. */
  large?: boolean;
  /** Throws for bytes that were not written, of a stream that broke off. */
  checkPart?(bytes: Buffer): void;
  /** Throws for a result that is not true, after a success. */
  check?(told: Told): void;
}
