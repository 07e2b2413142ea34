import { chosenServer } from "./chosen-server";

/**
 * How many objects are more than one page and one batch of 1,000: three pages on the embedded server, two on any
 * other, where each of them costs a request.
 */
export const many = chosenServer.access ? 1100 : 2500;

/** So many pages or batches do they fill. */
export const thousands = Math.ceil(many / 1000);
