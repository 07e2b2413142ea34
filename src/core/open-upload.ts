import { ListMultipartUploadsCommand, ListPartsCommand, type MultipartUpload } from "@aws-sdk/client-s3";
import { plainEtag } from "./etag";
import type { Context } from "./operation";

/** An upload in parts that was neither completed nor aborted. */
export interface OpenUpload {
  id: string;
  /** ETags without quotes, by number. What is there need not be ours: whoever goes on compares it with its bytes. */
  parts: ReadonlyMap<number, string>;
}

const partsOf = async ({ connection, bucket, signal }: Context, key: string, id: string) => {
  const parts = new Map<number, string>();
  let marker: string | undefined;
  do {
    const from = marker === undefined ? {} : { PartNumberMarker: marker };
    const input = { Bucket: bucket, Key: key, UploadId: id, ...from };
    const page = await connection.send(new ListPartsCommand(input), signal);
    const before = parts.size;
    for (const { PartNumber, ETag } of page.Parts ?? []) {
      if (PartNumber !== undefined && ETag) parts.set(PartNumber, plainEtag(ETag) ?? "");
    }
    // A store that answers the same page again would be asked for ever.
    marker = page.IsTruncated && parts.size > before ? page.NextPartNumberMarker : undefined;
  } while (marker !== undefined);
  return parts;
};

/**
 * Finds an upload of a key that can be gone on with: the last one begun after `since`, whose parts have the checksums
 * that ours have.
 * @param since ms since 1970: one begun earlier has other metadata
 * @returns undefined where there is none, or the store does not tell: then a new one does as well
 */
export const findOpenUpload = async (context: Context, key: string, since: number): Promise<OpenUpload | undefined> => {
  const { connection, bucket, signal } = context;
  const fits = ({ Key, Initiated, ChecksumAlgorithm, UploadId }: MultipartUpload): boolean =>
    Key === key &&
    UploadId !== undefined &&
    Initiated !== undefined &&
    Initiated.getTime() >= since &&
    (ChecksumAlgorithm === undefined || (ChecksumAlgorithm === "CRC32") === connection.checksums);
  try {
    // Of all keys that begin so, this one comes first.
    const input = { Bucket: bucket, Prefix: key };
    const { Uploads = [] } = await connection.send(new ListMultipartUploadsCommand(input), signal);
    const last = Uploads.filter(fits)
      .sort((a, b) => Number(a.Initiated) - Number(b.Initiated))
      .at(-1);
    return last && { id: last.UploadId as string, parts: await partsOf(context, key, last.UploadId as string) };
  } catch (error) {
    if (signal.aborted) throw error;
    return undefined;
  }
};
