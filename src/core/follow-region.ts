import { HeadBucketCommand, HeadObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import type { ConnectionSettings } from "./connection-settings";
import { regionOf } from "./region-of";
import { type Regions, settled } from "./regions";
import { statusOf } from "./to-error";

/**
 * Whether a refused command is to be sent again, in the region that the store has named, or with other keys.
 * @param isRenewed whether there are other keys now, where these are refused
 */
export type Follow = (
  error: unknown,
  command: { input: object },
  signal: AbortSignal,
  isRenewed: () => boolean,
) => Promise<boolean>;

/** Whether a HEAD was refused for its region or keys without a word of which. */
export const isMute = (error: unknown, command: unknown): boolean =>
  (command instanceof HeadObjectCommand || command instanceof HeadBucketCommand) &&
  statusOf(error) === 400 &&
  regionOf(error) === undefined;

/**
 * Finds out where a bucket is of which the store refuses a request for its region. Only the region changes that requests
 * are signed for, and on AWS with it the host, which the SDK knows: no host that an answer names is ever asked.
 * @param send in the connection's region
 * @param isOfKeys whether a refusal is one of keys that are over, and so says nothing of the region
 * @param warn is told where Region would save a request
 */
export const followRegion = (
  settings: ConnectionSettings,
  regions: Regions,
  send: (command: ListObjectsV2Command, signal: AbortSignal) => Promise<unknown>,
  isOfKeys: (refusal: unknown) => boolean,
  warn: (text: string) => void,
): Follow => {
  /** The refusals, of buckets that were asked for, undefined where there was none; and when that was. */
  const asked = new Map<string, { refusal: Promise<unknown>; at: number }>();

  /** A refused HEAD has no body, and some stores have no header for it: a listing is refused with both, permitted or not. */
  const ask = async (error: unknown, command: { input: object }, bucket: string, signal: AbortSignal) => {
    if (!isMute(error, command)) return error;
    const known = asked.get(bucket);
    if (known && performance.now() - known.at < settled) return known.refusal;
    if (asked.size >= 1000) asked.clear();
    const asking = send(new ListObjectsV2Command({ Bucket: bucket, MaxKeys: 1 }), signal).then(
      () => undefined,
      (refusal: unknown) => {
        // No answer, or none to what was asked: the next one asks again.
        if (statusOf(refusal) === undefined || isOfKeys(refusal)) asked.delete(bucket);
        return refusal;
      },
    );
    asked.set(bucket, { refusal: asking, at: performance.now() });
    return asking;
  };

  return async (error, command, signal, isRenewed) => {
    const { Bucket: bucket = "" } = command.input as { Bucket?: string };
    if (settings.followRegion === false || bucket === "") return false;
    const refusal = await ask(error, command, bucket, signal);
    // A HEAD does not tell that its token is over.
    if (refusal !== error && isOfKeys(refusal)) return isRenewed();
    if (!(refusal === undefined ? regions.isBack(bucket) : regions.learn(bucket, refusal))) return false;
    const region = regions.of(bucket);
    if (bucket === settings.bucket && region !== undefined)
      warn(`bucket ${bucket} is in ${region}: set Region to it, which saves a request after each deploy`);
    return true;
  };
};
