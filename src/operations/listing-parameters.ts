import { invalid, missing, shown } from "../core/error";
import { type Given, type Listing, openGiven } from "../core/given/given";
import type { Context } from "../core/operation";
import { choice, listing, text } from "../core/parameter";

const kinds =
  "paths in an array, or entries as the <b>list</b> node sends them; or the path of an object that holds a listing: a text with a path on each line, or the <code>manifest.json</code> of an S3 Inventory in CSV";

/**
 * A listing that was made elsewhere: the parameters for it. It starts with a message, as all selectors do.
 * @param what names the objects that are meant
 */
export const listingParameters = (what: string) => ({
  listing: listing({
    label: "Listing",
    icon: "list-ol",
    text: `${what}: ${kinds}`,
    example: "inventory/2026-05-31T01-00Z/manifest.json",
    fallbackText: "none",
  }),
  listingBucket: text({
    label: "Listing in",
    icon: "archive",
    literal: "",
    text: "the bucket of the object that holds the listing, where it is another one than that of the objects",
    fallbackText: "the same bucket",
  }),
});

/** Whether there is one: a listing that is missing must not become the whole folder. */
export const objectsFrom = choice(
  { folder: "what lies in the folder", listing: "what <i>Listing</i> names of it, and nothing else" },
  "folder",
  { label: "Objects", icon: "list-ol", text: "where the objects are known from" },
);

/** What a listing is, in the words of the help. */
export const listingDetails = [
  "<i>Listing</i> takes a listing that was made elsewhere, so that nothing is listed. A text is in UTF-8, with a path on each line; empty lines are skipped, and it may be compressed, which its <code>Content-Encoding</code> or its extension says. Paths are relative to the connection's root path, as everywhere; what an inventory names outside of it is counted as <code>outside</code>. A path that is named again within some thousand counts once.",
  "Of an S3 Inventory, name the <code>manifest.json</code> of a day. Its format must be CSV: ORC and Parquet are refused. A listing that is not whole, or of another bucket, is <code>InvalidListing</code>: each file of an inventory must be there, with the size and the MD5 that the manifest says.",
];

/** Where more is said of inventories. */
export const listingReference = {
  title: "Amazon S3 Inventory",
  url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-inventory.html",
};

/** What the keys need for a listing in the store. */
export const listingPermission = "only with <i>Listing</i>: to read the listing, and to ask for what it names";

/** Said where something does not go with a listing. */
export const withListing = (name: string, value: unknown, why: string): Error =>
  invalid(name, `${shown(value)} does not go with a listing: ${why}`);

/** What the settings and the message say of a listing. */
interface Values {
  from: "folder" | "listing";
  listing?: Listing | undefined;
  listingBucket: string;
  versions: boolean;
}

/**
 * The listing, where the objects are those of one.
 * @throws MissingParameter without one, InvalidParameter for one that nothing would go by
 */
export const givenBy = (context: Context, { from, listing, listingBucket, versions }: Values): Given | undefined => {
  if (from === "listing") {
    if (listing === undefined) throw missing("listing", "Objects is set to listing in the node, and there is none");
    return openGiven(context, listing, listingBucket, versions);
  }
  if (listing === undefined) return undefined;
  throw invalid(
    "listing",
    `is ${shown(listing)}, and from is folder: set Objects to listing in the node, or leave it out`,
  );
};
