import { randomBytes } from "node:crypto";
import { DeleteObjectCommand, HeadObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { statusOf } from "../to-error";
import type { Step } from "./finding";
import { note, type Outcome, outcome, said, type Trial } from "./trial";

/** What the probe object is called; random, so that it is nobody else's. */
const probeName = (): string => `.node-red-contrib-amazon-s3-probe-${randomBytes(8).toString("hex")}`;

/** What the outcome of a request says of a permission. */
export const permission = (trial: Trial, step: Step, { error }: Outcome<unknown>): void => {
  if (error === undefined) note(trial, step, "yes", "may");
  else if (statusOf(error) === 403) note(trial, step, "no", "mayNot");
  else note(trial, step, "no", "failed", said(trial, error));
};

/** Looks at an object that is there or, without one, at one that is not: what may not be read is 403 in both cases. */
export const tryRead = async (trial: Trial, key: string | undefined): Promise<void> => {
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

/** Writes a small object below the root path, and deletes it. */
export const tryWrite = async (trial: Trial): Promise<void> => {
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
  if (deleted.error) note(trial, "delete", "no", "probeStays", { key: object.Key });
  else note(trial, "delete", "yes", "may");
};
