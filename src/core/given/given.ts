import { followCount } from "../count-progress";
import { invalid } from "../error";
import { checkFilePath, keyOf } from "../key";
import type { Context } from "../operation";
import { createPatience } from "../patience";
import { untilStopped } from "../until-stopped";
import { Gathered } from "./gather";
import { isManifest } from "./manifest";
import type { Named } from "./named";
import { ofArray } from "./of-array";
import { ofInventory } from "./of-inventory";
import { ofText } from "./of-text";
import type { Place } from "./open-object";

/** A listing as a flow gives it: paths and entries, the path of an object that holds them, or what a sequence named. */
export type Listing = string | readonly unknown[] | Gathered;

/** A listing that was made elsewhere. */
export interface Given {
  /** What it names, from its beginning each time, in batches as large as a page. Throws where it turns out to be wrong. */
  batches(context: Context): AsyncGenerator<Named[], void, undefined>;
  /** It is in memory, so that all that was named may be remembered. */
  held: boolean;
}

/**
 * Takes a listing.
 * @param bucket where the object lies that holds it; "" for the one that the work is on
 * @param versions it has to name versions
 * @throws InvalidParameter for a path that can be none of a listing
 */
export const openGiven = (context: Context, listing: Listing, bucket: string, versions: boolean): Given => {
  if (listing instanceof Gathered) return { batches: () => listing.batches(), held: true };
  if (typeof listing !== "string") {
    // The flow may go on with its array.
    const items = [...listing];
    return { batches: ({ connection }) => ofArray(connection, items, "listing", versions), held: true };
  }
  checkFilePath(listing, "listing");
  const key = keyOf(context.connection, listing);
  const place: Place = { bucket: bucket || context.bucket, etags: new Map(), patience: createPatience(context) };
  if (isManifest(listing)) return { batches: (context) => ofInventory(context, place, key, versions), held: false };
  if (versions) {
    throw invalid("listing", `names paths alone, and All versions is set: untick it, or give an inventory or entries`);
  }
  return { batches: (context) => ofText(context, place, key), held: false };
};

/** Paths that a flow gives as such. */
export const givenPaths = (paths: readonly string[]): Given => {
  const items = [...paths];
  return { batches: ({ connection }) => ofArray(connection, items, "path", false), held: true };
};

/** Reads a listing to its end, so that nothing is done by one that is not whole. */
export const verify = async (context: Context, given: Given): Promise<void> => {
  const tell = followCount("checked", context.progress);
  let count = 0;
  for await (const batch of untilStopped(context, given.batches)) {
    count += batch.length;
    tell(count);
  }
};
