import {
  HeadBucketCommand,
  ListBucketsCommand,
  type ListBucketsOutput,
  ListObjectsV2Command,
} from "@aws-sdk/client-s3";
import type { ConnectionSettings } from "../connection-settings";
import { regionOf } from "../region-of";
import { codeOf, isNoHttp, statusOf } from "../to-error";
import { unlessAborted } from "../unless-aborted";
import { skewOf } from "./failure";
import { type Finding, finding, steps } from "./finding";
import { withPatience } from "./patience";
import { permission, tryRead, tryWrite } from "./permissions";
import { note, type Outcome, outcome, said, type Trial } from "./trial";
import { hostOf, unreached } from "./unreached";
import { withConnection } from "./with-connection";

export interface TrialOptions {
  /** Whether a small object may be written below the root path, and deleted again. */
  probe: boolean;
}

const keyProblems: Readonly<Record<string, Finding["says"]>> = {
  InvalidAccessKeyId: "unknownKey",
  SignatureDoesNotMatch: "wrongSecret",
  ExpiredToken: "expiredToken",
  InvalidToken: "wrongToken",
  InvalidClientTokenId: "unknownKey",
};

/** Sends; once more with the store's time where our clock is wrong, which the SDK has noted by then. */
const ask = async <T>(trial: Trial, send: () => Promise<T>): Promise<Outcome<T>> => {
  const first = await outcome(send());
  const skew = first.error === undefined ? undefined : skewOf(first.error);
  if (skew === undefined) return first;
  const minutes = String(Math.max(1, Math.round(Math.abs(skew) / 60_000)));
  note(trial, "keys", "no", skew < 0 ? "clockFast" : "clockSlow", { minutes });
  return outcome(send());
};

const listBuckets = ({ connection, signal }: Trial): Promise<ListBucketsOutput> =>
  connection.send(new ListBucketsCommand({ MaxBuckets: 1 }), signal);

/** Notes that the keys are accepted, and of whom they are, where the store has told. */
const noteKeys = (trial: Trial, answer: ListBucketsOutput | undefined): void => {
  if (trial.found.has("keys")) return;
  const who = (answer?.Owner?.DisplayName || answer?.Owner?.ID || "").slice(0, 100);
  if (trial.settings.auth === "anonymous") note(trial, "keys", "yes", "anonymous");
  else note(trial, "keys", "yes", who === "" ? "accepted" : "acceptedAs", { who });
};

/** What the first answer says of the endpoint and, if it is an error, of the keys. Resolves to whether more can be asked. */
const judgeFirst = async (trial: Trial, { error }: Outcome<unknown>): Promise<boolean> => {
  const { settings, signal, found } = trial;
  const host = hostOf(settings);
  const status = statusOf(error);
  if (error !== undefined && codeOf(error) === "InvalidResponse" && !isNoHttp(error)) {
    note(trial, "endpoint", "no", "notS3", { host, ...said(trial, error) });
    return false;
  }
  if (error !== undefined && status === undefined) {
    found.set("endpoint", await unreached(settings, error, signal));
    return false;
  }
  note(trial, "endpoint", "yes", "reached", { host });
  const problem = error && keyProblems[codeOf(error)];
  if (problem) note(trial, "keys", "no", problem);
  else if (error === undefined || status === 403 || status === 404) return true;
  else note(trial, "keys", "no", "failed", said(trial, error));
  return false;
};

/** The bucket itself. Resolves to whether it is there, as far as the keys may know. */
const tryBucket = async (trial: Trial, listing: Outcome<unknown>): Promise<boolean> => {
  const { settings, connection, signal } = trial;
  const { bucket } = settings;
  const { answer, error } = await outcome(connection.send(new HeadBucketCommand({ Bucket: bucket }), signal));
  const region = answer?.BucketRegion ?? regionOf(error);
  if (codeOf(listing.error) === "NoSuchBucket" || (listing.error && statusOf(error) === 404)) {
    note(trial, "bucket", "no", "noSuchBucket", { bucket });
    return false;
  }
  if (listing.error && error !== undefined) {
    note(trial, "bucket", "note", "mayNotLook", { bucket });
    return true;
  }
  if (region === undefined) note(trial, "bucket", "yes", "found", { bucket });
  else if (region === settings.region) note(trial, "bucket", "yes", "foundIn", { bucket, region });
  // The store takes the region of the form all the same, or it would have refused the listing.
  else note(trial, "bucket", "note", "otherRegion", { bucket, region }, { field: "region", value: region });
  return true;
};

/** Whether the store says that the bucket is in another region, and in which. */
const elsewhere = ({ settings }: Trial, { error }: Outcome<unknown>): string | undefined => {
  const redirects = ["PermanentRedirect", "AuthorizationHeaderMalformed", "TemporaryRedirect"];
  const region = redirects.includes(codeOf(error)) ? regionOf(error) : undefined;
  return region === settings.region ? undefined : region;
};

/** Resolves to the region in which the trial has to be made instead, if there is one. */
const run = async (trial: Trial, options: TrialOptions): Promise<string | undefined> => {
  const { settings, connection, signal } = trial;
  const { auth, bucket, rootPath } = settings;
  const keys = await outcome(unlessAborted(signal, connection.keys()));
  if (keys.error !== undefined) {
    note(trial, "keys", "no", auth === "role" ? "noRole" : "noKeys", said(trial, keys.error));
    return undefined;
  }
  if (bucket === "") {
    const buckets = await ask(trial, () => listBuckets(trial));
    const region = elsewhere(trial, buckets);
    if (region !== undefined) return region;
    if (!(await judgeFirst(trial, buckets))) return undefined;
    noteKeys(trial, buckets.answer);
    note(trial, "bucket", "untried", "noBucketNamed");
    return undefined;
  }
  const query = { Bucket: bucket, Prefix: rootPath, MaxKeys: 1 };
  const listing = await ask(trial, () => connection.send(new ListObjectsV2Command(query), signal));
  const region = elsewhere(trial, listing);
  if (region !== undefined) return region;
  if (!(await judgeFirst(trial, listing))) return undefined;
  noteKeys(trial, auth === "anonymous" ? undefined : (await outcome(listBuckets(trial))).answer);
  if (!(await tryBucket(trial, listing))) return undefined;
  permission(trial, "list", listing);
  await tryRead(trial, listing.answer?.Contents?.[0]?.Key);
  if (options.probe) await tryWrite(trial);
  else for (const step of ["write", "delete"] as const) note(trial, step, "untried", "onlyWhenAsked");
  return undefined;
};

/** One trial, in the region of the settings; tells of another one that the store names in place of an answer. */
const trial = (
  settings: ConnectionSettings,
  options: TrialOptions,
  signal: AbortSignal,
): Promise<{ findings: Finding[]; region: string | undefined }> =>
  withConnection({ ...settings, followRegion: false }, signal, async (connection, ending) => {
    const trial: Trial = { settings, connection, signal: ending, found: new Map() };
    const region = await run(trial, options);
    return { region, findings: steps.map((step) => trial.found.get(step) ?? finding(step, "untried", "notTried")) };
  });

/**
 * Tries a connection as it stands: by requests that change nothing, unless a probe is allowed. What goes wrong is a
 * finding, never an error; nothing secret is in any.
 * @returns a finding for each step, in their order
 */
export const tryConnection = async (
  settings: ConnectionSettings,
  options: TrialOptions,
  signal: AbortSignal,
): Promise<Finding[]> => {
  // A second trial waits no longer than the first has left.
  const ending = withPatience(settings, signal);
  const { findings, region } = await trial(settings, options, ending);
  if (region === undefined) return findings;
  const { bucket } = settings;
  const elsewhere = finding("bucket", "no", "otherRegion", { bucket, region }, { field: "region", value: region });
  const there = await trial({ ...settings, region }, options, ending);
  return there.findings.map((one) => (one.step === "bucket" ? elsewhere : one));
};
