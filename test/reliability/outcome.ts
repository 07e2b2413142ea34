import { toS3Error } from "../../src/core/to-error";

/**
 * Does some work as a flow would have it done.
 * @returns the code of the error that a flow gets; undefined when it succeeded
 * @throws what is no error of S3's, of a network's or of a parameter: what the work itself found wrong
 */
export const outcomeOf = async (work: () => Promise<unknown>): Promise<string | undefined> => {
  try {
    await work();
    return undefined;
  } catch (error) {
    const { code, message } = toS3Error(error, { operation: "transfer" });
    if (code === "Error") throw new Error(message);
    return code;
  }
};
