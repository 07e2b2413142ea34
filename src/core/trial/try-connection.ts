import { randomBytes } from "node:crypto";
import {
  DeleteObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListObjectsV2Command,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import type { Connection } from "../connection";
import type { ConnectionSettings } from "../connection-settings";
import { codeOf, statusOf } from "../to-error";
import { regionOf, skewOf } from "./failure";
import { type Finding, finding, type Step, steps } from "./finding";
import { hostOf, unreached } from "./unreached";
import { withConnection } from "./with-connection";

export interface TrialOptions {
  /** Whether a small object may be written below the root path, and deleted again. */
  probe: boolean;
}

/** What the probe object is called; random, so that it is nobody else's. */
const probeName = (): string => `.node-red-contrib-amazon-s3-probe-${randomBytes(8).toString("hex")}`;

type Outcome<T> = { answer: T; error?: undefined } | { answer?: undefined; error: Error };

const outcome = <T>(sent: Promise<T>): Promise<Outcome<T>> =>
  sent.then(
    (answer) => ({ answer }),
    (error: unknown) => ({ error: error instanceof Error ? error : new Error(String(error)) }),
  );

/** One trial: what it asks with, and what it has found. */
interface Trial {
  settings: ConnectionSettings;
  connection: Connection;
  signal: AbortSignal;
  found: Map<Step, Finding>;
}

const keyProblems: Readonly<Record<string, Finding["says"]>> = {
  InvalidAccessKeyId: "unknownKey",
  SignatureDoesNotMatch: "wrongSecret",
  ExpiredToken: "expiredToken",
  InvalidToken: "wrongToken",
  InvalidClientTokenId: "unknownKey",
};

/** In the store's words, without anything secret. */
const said = ({ connection }: Trial, error: unknown): { code: string; said: string } => {
  const code = connection.redact(codeOf(error));
  const { message } = (error ?? {}) as { message?: unknown };
  const text = typeof message === "string" ? (connection.redact(message).trim().split("\n")[0] ?? "") : "";
  return { code, said: text === code || /UnknownError/.test(text) ? "" : text.slice(0, 300) };
};

const note = ({ found }: Trial, ...told: Parameters<typeof finding>): void => void found.set(told[0], finding(...told));

/** Sends; once more with the store's time where our clock is wrong, which the SDK has noted by then. */
const ask = async <T>(trial: Trial, send: () => Promise<T>): Promise<Outcome<T>> => {
  const first = await outcome(send());
  const skew = first.error === undefined ? undefined : skewOf(first.error);
  if (skew === undefined) return first;
  const minutes = String(Math.max(1, Math.round(Math.abs(skew) / 60_000)));
  note(trial, "keys", "no", skew < 0 ? "clockFast" : "clockSlow", { minutes });
  return outcome(send());
};

const noteKeys = (trial: Trial, who = ""): void => {
  if (trial.found.has("keys")) return;
  if (trial.settings.auth === "anonymous") note(trial, "keys", "yes", "anonymous");
  else note(trial, "keys", "yes", who === "" ? "accepted" : "acceptedAs", { who });
};

/** Whether the trial goes on after the first answer of the store. */
const judgeFirst = (trial: Trial, error: unknown): boolean => {
  const { settings } = trial;
  const host = hostOf(settings);
  const status = statusOf(error);
  const code = codeOf(error);
  if (status === undefined || code === "InvalidResponse") return false;
  note(trial, "endpoint", "yes", "reached", { host });
  const problem = keyProblems[code];
  if (problem) {
    note(trial, "keys", "no", problem);
    return false;
  }
  if (status === 403 || status === 404) return true;
  note(trial, "keys", "no", "failed", said(trial, error));
  return false;
};

const whoIs = async (trial: Trial): Promise<string> => {
  const { connection, signal } = trial;
  if (trial.settings.auth === "anonymous") return "";
  const { answer } = await outcome(connection.send(new ListBucketsCommand({ MaxBuckets: 1 }), signal));
  return (answer?.Owner?.DisplayName || answer?.Owner?.ID || "").slice(0, 100);
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

const permission = (trial: Trial, step: Step, { error }: Outcome<unknown>): void => {
  if (error === undefined) note(trial, step, "yes", "may");
  else if (statusOf(error) === 403) note(trial, step, "no", "mayNot");
  else note(trial, step, "no", "failed", said(trial, error));
};

/** Looks at an object that is there or, without one, at one that is not: what may not be read is 403 in both cases. */
const tryRead = async (trial: Trial, key: string | undefined): Promise<void> => {
  const { settings, connection, signal, found } = trial;
  const Key = key ?? `${settings.rootPath}${probeName()}`;
  const asked = await outcome(connection.send(new HeadObjectCommand({ Bucket: settings.bucket, Key }), signal));
  const status = statusOf(asked.error);
  // Without s3:ListBucket a missing object is 403 too.
  if (status === 403 && found.get("list")?.verdict !== "yes") note(trial, "read", "untried", "mayNotTell");
  // 400: it is encrypted with a key of the customer's, which a HEAD must name.
  else if (status === 404 || status === 400) note(trial, "read", "yes", "may");
  else permission(trial, "read", asked);
};

const tryWrite = async (trial: Trial): Promise<void> => {
  const { settings, connection, signal } = trial;
  const object = { Bucket: settings.bucket, Key: `${settings.rootPath}${probeName()}` };
  const Body = "Written to try a connection of node-red-contrib-amazon-s3. It may be deleted.\n";
  const put = await outcome(connection.send(new PutObjectCommand({ ...object, Body }), signal));
  permission(trial, "write", put);
  if (put.error !== undefined) return;
  const { VersionId } = put.answer;
  // Its version, so that nothing stays of it.
  const gone = new DeleteObjectCommand({ ...object, ...(VersionId ? { VersionId } : {}) });
  let deleted: Outcome<unknown> = await outcome(connection.send(gone, signal));
  if (deleted.error && VersionId) deleted = await outcome(connection.send(new DeleteObjectCommand(object), signal));
  permission(trial, "delete", deleted);
  if (deleted.error) note(trial, "delete", "no", "probeStays", { key: object.Key });
};

const run = async (trial: Trial, options: TrialOptions): Promise<string | undefined> => {
  const { settings, connection, signal } = trial;
  const { bucket, rootPath } = settings;
  const keys = await outcome(connection.keys());
  if (keys.error !== undefined) {
    note(trial, "keys", "no", settings.auth === "role" ? "noRole" : "noKeys", said(trial, keys.error));
    return undefined;
  }
  const listing = await ask(trial, async () =>
    bucket === ""
      ? connection.send(new ListBucketsCommand({ MaxBuckets: 1 }), signal)
      : connection.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: rootPath, MaxKeys: 1 }), signal),
  );
  const { error } = listing;
  if (error === undefined) note(trial, "endpoint", "yes", "reached", { host: hostOf(settings) });
  else {
    const region = regionOf(error);
    const elsewhere = ["PermanentRedirect", "AuthorizationHeaderMalformed", "TemporaryRedirect"].includes(
      codeOf(error),
    );
    if (elsewhere && region !== undefined && region !== settings.region) return region;
    if (!judgeFirst(trial, error)) {
      if (trial.found.has("endpoint")) return undefined;
      if (statusOf(error) !== undefined || codeOf(error) === "InvalidResponse")
        note(trial, "endpoint", "no", "notS3", { host: hostOf(settings), ...said(trial, error) });
      else trial.found.set("endpoint", await unreached(settings, error, signal));
      return undefined;
    }
  }
  noteKeys(trial, await whoIs(trial));
  if (bucket === "") {
    note(trial, "bucket", "untried", "noBucketNamed");
    return undefined;
  }
  if (!(await tryBucket(trial, listing))) return undefined;
  permission(trial, "list", listing);
  const contents = (listing.answer as { Contents?: { Key?: string }[] } | undefined)?.Contents;
  await tryRead(trial, contents?.[0]?.Key);
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
  withConnection(settings, signal, async (connection, ending) => {
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
  const { findings, region } = await trial(settings, options, signal);
  if (region === undefined) return findings;
  const { bucket } = settings;
  const elsewhere = finding("bucket", "no", "otherRegion", { bucket, region }, { field: "region", value: region });
  const there = await trial({ ...settings, region }, options, signal);
  return there.findings.map((one) => (one.step === "bucket" ? elsewhere : one));
};
