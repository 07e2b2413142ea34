import { S3Error } from "../error";

/** A listing that cannot be gone by. `what` begins with the name of the object that is wrong. */
export const invalidListing = (what: string): S3Error => new S3Error("InvalidListing", what);
