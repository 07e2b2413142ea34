import { AbortMultipartUploadCommand } from "@aws-sdk/client-s3";
import type { Health } from "./health";
import { isPassing, statusOf } from "./to-error";

/** An upload in parts that is not wanted any more. */
export interface LeftUpload {
  bucket: string;
  key: string;
  id: string;
}

export const abortOf = ({ bucket, key, id }: LeftUpload): AbortMultipartUploadCommand =>
  new AbortMultipartUploadCommand({ Bucket: bucket, Key: key, UploadId: id });

/** Whether an abort that failed so may be carried out later. */
export const mayBeAborted = (error: unknown): boolean => {
  const status = statusOf(error);
  return status === undefined || isPassing(status);
};

/** More are not remembered: a lifecycle rule for incomplete uploads clears them up. */
const most = 1000;

/**
 * Remembers uploads that could not be aborted, and does so when the store is there again: their parts cost money.
 * @param send rejects when the connection is closed
 * @returns is told of one
 */
export const createLeftUploads = (
  health: Health,
  send: (command: AbortMultipartUploadCommand) => Promise<unknown>,
): ((upload: LeftUpload) => void) => {
  const left = new Set<LeftUpload>();
  let isClearing = false;
  const clear = async (): Promise<void> => {
    if (isClearing) return;
    isClearing = true;
    try {
      for (const upload of left) {
        // One that is refused stays for good.
        await send(abortOf(upload)).catch((error: unknown) => {
          if (mayBeAborted(error)) throw error;
        });
        left.delete(upload);
      }
    } catch {
      // It is gone again: what is left waits for the next time.
    } finally {
      isClearing = false;
    }
  };
  health.watch(({ state }) => {
    if (state === "connected") void clear();
  });
  return (upload) => {
    if (left.size < most) left.add(upload);
  };
};
