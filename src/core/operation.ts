import type { Connection } from "./connection";
import type { Joined } from "./joined";
import type { Declared, Table, Values } from "./parameter";

/** What S3 told of an object, and what the operation tells of itself: it becomes `msg.s3`. */
export type About = Record<string, unknown>;

/** One result, for one message. */
export interface Single {
  result: unknown;
  about: About;
  /** The output it leaves by, from 0. */
  port?: number;
  /** Shown below the node in place of `done`, in at most 20 characters: the work is done, but. */
  caveat?: string | undefined;
  /** For a stream: settles when the stream has ended. Until then the message is not done. */
  ended?: Promise<void>;
}

/** A sequence of messages, each with one item of `items`, described by `msg.parts`. */
export interface Sequence {
  items: AsyncIterable<unknown>;
  /** Read when each message is sent, so that it may still change while the work goes on. */
  about: About;
  /** Goes into `msg.parts`, beside `id`, `index` and, on the last, `count`. */
  parts: { type: "array" | "string" | "buffer"; ch?: string; len?: number };
}

export type Reply = Single | Sequence;

/** What an operation works with, beside its parameters. */
export interface Context {
  connection: Connection;
  /** The bucket of this message: its own, or the connection's. */
  bucket: string;
  /** What relative paths on the disk of this machine are relative to. */
  workingDirectory: string;
  /** Where the program keeps its own files, such as flows and credentials: nothing is deleted around them. */
  ownDirectory?: string | undefined;
  /** Aborted when the node or the connection closes. */
  signal: AbortSignal;
  /** Aborted when the flow wants the work to end here: what is under way ends, and the result says how far it came. */
  stop?: AbortSignal | undefined;
  /** Shows how far the work has come, in at most 20 characters. */
  progress(text: string): void;
  /**
   * Sends a message with something that is told while the work goes on, before its result.
   * @param port the output it leaves by, from 0
   */
  tell?: ((port: number, told: unknown) => Promise<void>) | undefined;
}

/** A permission that the keys need. */
export interface Permission {
  /** As IAM names it, such as `s3:GetObject`. */
  action: string;
  /** What for, as HTML: "to read". */
  why: string;
  /** Only some use of the node needs it: the least policy in its help is without. */
  extra?: true;
}

/** One operation: a plain value, from which node, form, help and documentation are made. */
export interface Operation<Parameters extends Table = Table, Settings extends Table = Table> {
  /** Node type, such as `amazon-s3-read`. */
  type: `amazon-s3-${string}`;
  /** The verb: the palette's label. */
  label: string;
  /** File name in `icons/`. */
  icon: string;
  /** What the node does, in a sentence or two: the lead of its help. */
  lead: string;
  /** What the result is, as HTML: below Outputs in the help. */
  output: string;
  /** Paragraphs of HTML: below Details in the help. */
  details: readonly string[];
  /** The permissions the keys need, each with what for. */
  permissions: readonly Permission[];
  /** Pages of the S3 documentation: below References in the help. */
  references: readonly { title: string; url: string }[];
  /** What a message can set. Each operation has `bucket` besides. */
  parameters: Parameters;
  /** What only the form can set. */
  settings: Settings;
  /** The paths whose messages must not overtake one another; by default the parameter `path`. */
  paths?(values: Values<Parameters> & Values<Settings>): readonly string[];
  /**
   * The parameter that is joined when the messages of a sequence become one run, the setting that has it so, and the one
   * that says how many seconds the next message is waited for.
   */
  joins?: {
    parameter: keyof Parameters & string;
    setting: keyof Settings & string;
    timeout: keyof Settings & string;
    /** What is done with a sequence, for texts: nothing of it was written. */
    done: "written" | "deleted" | "listed";
    /** What the parameter is in one message of a sequence, where that is not what it is in a message of its own. */
    piece?: Declared<unknown>;
    /**
     * What of it is kept, read when its message arrives: the flow may change it afterwards. Undefined for what adds nothing.
     * What it throws is the error of that message.
     */
    read?(connection: Connection, found: unknown): Promise<unknown>;
    /**
     * Makes of it what `run` gets, before the run takes its turn: where nothing may be done before all has come. What it
     * throws is the error of the message that was taken up last.
     */
    gather?(values: Values<Parameters> & Values<Settings>, joined: Joined, context: Context): Promise<unknown>;
  };
  /**
   * A message with `msg.reset` ends the work that is under way: see `stop` in {@link Context}. A sequence that the flow asks for
   * is given up instead.
   */
  stops?: true;
  /** Whether each further message of the sequence in reply waits until the one before it has come back to the node. */
  pulled?(settings: Values<Settings>): boolean;
  run(values: Values<Parameters> & Values<Settings>, context: Context): Promise<Reply>;
}

/** Gives an operation its types; the value itself is what it is given. */
export const operation = <const P extends Table, const S extends Table>(value: Operation<P, S>): Operation<P, S> =>
  value;
