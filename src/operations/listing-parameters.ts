import { invalid, missing, shown } from "../core/error";
import { gather, readNamed } from "../core/given/gather";
import { type Given, type Listing, openGiven } from "../core/given/given";
import type { Joined } from "../core/joined";
import type { Context } from "../core/operation";
import { choice, listing, named, text } from "../core/parameter";
import { sequenceSettings } from "./sequence-settings";

const listingLabel = "Listing";

const kinds =
  "paths in an array, or entries as the <b>list</b> node sends them; or the path of an object that holds a listing: a text with a path on each line, or the <code>manifest.json</code> of an S3 Inventory in CSV";

/**
 * A listing that was made elsewhere: the parameters for it. It starts with a message, as all selectors do.
 * @param what names the objects that are meant
 */
export const listingParameters = (what: string) => ({
  listing: listing({
    label: listingLabel,
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

/** What a sequence is, in the words of the help. */
export const sequenceDetails = [
  "<i>Sequence</i> takes the messages of a sequence (<code>msg.parts</code>) together as one listing: those of the <b>read</b> node's <code>lines</code>, of a split node, or of the <b>list</b> node's <code>each</code> and <code>batches</code>. In each of them, <i>Listing</i> is a path, an entry, or an array of these, such as <code>msg.payload</code>; a path names an object that is meant, and an empty text is skipped. Everything else comes from the first message; the last goes out with the result. A row that takes something from within <i>Listing</i>, such as <code>msg.payload.path</code>, counts as empty then, since that would be a fact of the first entry; and a <i>Listing</i> that is typed in is refused, since it is the same in each message. A message without <code>msg.parts</code>, or without an <code>id</code> in it, is a listing of its own.",
  "Nothing is done before all of a sequence has come; until then it is held in memory. Nothing is done by it either if one of its messages is wrong, if the next one does not come within the <i>Time limit</i>, or if it is given up by a message with <code>msg.reset</code>, whatever its value: the sequence with its <code>msg.parts.id</code>, or all that have not come to their end where it has none. The first message that waits gets the error, <code>Timeout</code> or <code>Aborted</code>; where none waits, a Catch node gets <code>Timeout</code> with the last that came. The message with <code>msg.reset</code> is not sent on.",
] as const;

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

/** The settings for a sequence that is a listing, where Objects may be something else. */
export const listingSequence = sequenceSettings(
  "with <i>Objects</i> set to <code>listing</code>, take the messages of a sequence together as one listing",
);

/** Refuses a sequence that nothing would go by: each of its messages would be for the whole folder. */
export const checkSequence = ({ sequence, from }: { sequence: boolean; from: "folder" | "listing" }): void => {
  if (!sequence || from === "listing") return;
  throw invalid("sequence", "is ticked, and from is folder: set Objects to listing in the node, or untick Sequence");
};

/**
 * How the messages of a sequence become one listing.
 * @param done what is done with it
 * @param refuse throws what can be known to be wrong before anything of it has come
 */
export const listingJoins = <Values>(done: "deleted" | "listed", refuse: (values: Values) => void) => ({
  parameter: "listing" as const,
  setting: "sequence" as const,
  timeout: "sequenceTimeout" as const,
  done,
  piece: named({ label: listingLabel, icon: "list-ol", text: "" }),
  read: readNamed,
  gather(values: Values & { versions?: boolean }, joined: Joined, { connection }: Context) {
    refuse(values);
    return gather(connection, joined, values.versions ?? false);
  },
});

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
