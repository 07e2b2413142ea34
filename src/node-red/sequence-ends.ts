import { invalid, S3Error, shown } from "../core/error";

/** What is told of sequences that end before they are done, or of their messages that come after the end. */
export interface SequenceEnds {
  /**
   * Of the messages that are not the one at which it failed.
   * @param whole all of it had come by then
   */
  afterwards(whole: boolean): S3Error;
  /** @param accepted how many of its messages are done */
  timedOut(id: unknown, accepted: number, seconds: number): S3Error;
  /** A text, for nobody can be given an error any more. */
  givenUp(id: unknown, accepted: number): string;
  reset(id: unknown): S3Error;
  /** @param over its result is out; else it is being worked on */
  tooLate(index: number, over: boolean): S3Error;
}

/**
 * @param done what is done with a sequence, such as "written"
 * @param inParts of one that fails when all of it has come, something may be done
 */
export const createSequenceEnds = (done: string, inParts: boolean): SequenceEnds => {
  const nothing = `nothing of it was ${done}`;
  const late = `the sequence failed when all of it had come: the error of its last message tells what was ${done}`;
  return {
    afterwards: (whole) =>
      new S3Error("Aborted", whole && inParts ? late : `the sequence failed at another of its messages: ${nothing}`),
    timedOut(id, accepted, seconds) {
      const why = `no further one came for ${seconds} s`;
      const way = "see that the last one tells parts.count, or raise sequenceTimeout";
      const text = `the sequence ${shown(id)} was given up after ${accepted} of its messages, as ${why}: ${nothing}; ${way}`;
      return new S3Error("Timeout", text, { retryable: false });
    },
    givenUp: (id, accepted) =>
      `the sequence ${shown(id)} was given up after ${accepted} of its messages, as the node was closed before all had come: ${nothing}`,
    reset: (id) =>
      new S3Error("Aborted", `the sequence ${shown(id)} was given up by a message with msg.reset: ${nothing}`),
    tooLate(index, over) {
      const when = over ? `its sequence was ${done} already` : "all of its sequence had come";
      return invalid("parts.index", `${index} came when ${when}: give each sequence a parts.id of its own`);
    },
  };
};
