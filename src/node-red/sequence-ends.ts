import { S3Error, shown } from "../core/error";

// Why a sequence ends before it is written.

/** Of the messages that are not the one at which it failed. */
export const afterwards = (): S3Error =>
  new S3Error("Aborted", "the sequence failed at another of its messages: nothing of it was written");

/** @param accepted how many of its messages are done */
export const timedOut = (id: unknown, accepted: number, seconds: number): S3Error => {
  const why = `no further one came for ${seconds} s`;
  const way = "see that the last one tells parts.count, or raise sequenceTimeout";
  const text = `the sequence ${shown(id)} was given up after ${accepted} of its messages, as ${why}: nothing of it was written; ${way}`;
  return new S3Error("Timeout", text, { retryable: false });
};

/** A text, for nobody can be given an error any more. */
export const givenUp = (id: unknown, accepted: number): string =>
  `the sequence ${shown(id)} was given up after ${accepted} of its messages, as the node was closed before all had come: nothing of it was written`;

export const reset = (id: unknown): S3Error =>
  new S3Error(
    "Aborted",
    `the sequence ${shown(id)} was given up by a message with msg.reset: nothing of it was written`,
  );
