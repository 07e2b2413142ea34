import { type Download, download } from "../download";
import { S3Error, shown } from "../error";
import type { Context } from "../operation";
import { checkPacking, packingsOf } from "../packing";
import { outlast, type Patience } from "../patience";
import { codeOf, statusOf, toS3Error } from "../to-error";
import { unpack } from "../unpack";
import { invalidListing } from "./invalid-listing";

/** Where a listing lies, and what was seen there: it is read twice, and must be the same then. */
export interface Place {
  bucket: string;
  /** The ETags of the objects that were read, by their keys. */
  etags: Map<string, string>;
  patience: Patience;
}

const replaced = (key: string): S3Error =>
  invalidListing(`${shown(key)} was replaced while it was being read: send the message again`);

/**
 * Starts to fetch an object that a listing is made of.
 * @throws InvalidListing if it is another one than the last time
 */
export const openObject = async (
  context: Context,
  { bucket, etags, patience }: Place,
  key: string,
): Promise<Download> => {
  const here: Context = { ...context, bucket, progress() {} };
  const ifMatch = etags.get(key);
  // What it names is asked for while it comes: it must not hold the place of those requests.
  const source = { key, versionId: "", range: "", handedOn: true, byEtag: true, ifMatch: ifMatch && `"${ifMatch}"` };
  const stored = await outlast(here, patience, () => download(here, source)).catch((error: unknown) => {
    if (statusOf(error) === 412) throw replaced(key);
    if (codeOf(error) === "NoSuchKey") {
      const text = `there is no listing ${shown(key)} in bucket ${bucket}: check listing and listingBucket`;
      throw new S3Error("NoSuchKey", text, { statusCode: 404 });
    }
    // Else the error would be taken for one of what is worked on.
    if (statusOf(error) === undefined) throw error;
    throw toS3Error(error, { operation: "listing", bucket, path: key, redact: context.connection.redact });
  });
  const etag = stored.about.etag as string | undefined;
  // Some stores ignore the condition.
  if (ifMatch !== undefined && etag !== ifMatch) {
    stored.discard();
    throw replaced(key);
  }
  if (etag !== undefined) etags.set(key, etag);
  return stored;
};

/** What its compressed bytes hold, if they are: by their Content-Encoding, else by the key. */
export const unpacked = (stored: Download, key: string): Download => {
  const packings = packingsOf(stored.contentEncoding, key);
  try {
    for (const packing of packings) checkPacking("listing", packing);
  } catch (error) {
    stored.discard();
    throw error;
  }
  return packings.reduce(
    (held, packing) =>
      unpack(held, packing, key, ({ message, cut }) =>
        invalidListing(
          cut
            ? `the ${packing} data of ${shown(key)} end too early: it was not stored whole`
            : `${shown(key)} cannot be decompressed as ${packing} (${message})`,
        ),
      ),
    stored,
  );
};
