import { toS3Error } from "../../src/core/to-error";

/** What no store and no network says: a fault of the code, or what the work itself finds wrong. */
const own = ["Error", "TypeError", "RangeError", "ReferenceError", "SyntaxError"];

/**
 * Does some work as a flow would have it done.
 * @returns the code of the error that a flow gets; undefined when it succeeded
 * @throws what is no error of a store, a network, a disk or a parameter
 */
export const outcomeOf = async (work: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    const { code } = toS3Error(error, { operation: "work" });
    if (own.includes(code)) throw error;
    return code;
  }
};
