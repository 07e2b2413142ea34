import { setImmediate as otherWork } from "node:timers/promises";

/** Does work that yields from time to time, with other work in between. */
export const inSlices = async <T>(slices: Generator<void, T>): Promise<T> => {
  for (;;) {
    const { done, value } = slices.next();
    if (done) return value;
    await otherWork();
  }
};
