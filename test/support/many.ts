import { chosenServer } from "./chosen-server";

const remote = chosenServer.access !== undefined;

/**
 * How many objects are more than one page and one batch of 1,000: three pages on the embedded server, two on any
 * other, where each of them costs a request of ten milliseconds.
 */
export const many = remote ? 1010 : 2500;

/** So many pages or batches do they fill. */
export const thousands = Math.ceil(many / 1000);

/** As many where that costs nothing, and elsewhere enough for `smallPages`. */
export const some = remote ? 120 : 2500;
