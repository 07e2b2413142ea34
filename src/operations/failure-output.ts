import type { Context } from "../core/operation";
import { choice } from "../core/parameter";
import type { Failed } from "../core/partial";

/** The setting for a second output, by which what fails of many leaves while the work goes on. */
export const failureOutputs = choice(
  { 1: "one output", 2: "what fails leaves by the second, one message for each" },
  "1",
  { label: "Ports", icon: "random", text: "the node's outputs" },
);

/**
 * Does what tells of failures as soon as they are known.
 * @param work is given what to tell them to, where there is an output for them; its result waits until all are sent
 */
export const tellingFailures = <T>(
  context: Context,
  outputs: string,
  work: (told?: (failed: Failed) => void) => Promise<T>,
): Promise<T> => {
  if (outputs !== "2") return work();
  let telling = Promise.resolve();
  const tell = (failed: Failed): void => {
    telling = telling.then(() => context.tell?.(1, failed));
  };
  return work(tell).finally(() => telling);
};
