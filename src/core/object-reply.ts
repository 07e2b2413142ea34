import type { Readable } from "node:stream";
import { GetObjectCommand, type GetObjectCommandOutput } from "@aws-sdk/client-s3";
import type { Context } from "./operation";

/** What is to be fetched. */
export interface Source {
  key: string;
  versionId: string;
  /** As in HTTP, or "" for all. */
  range: string;
  /** Whether the body goes to the flow, which may take its time, and must not keep other requests waiting. */
  handedOn?: boolean;
  /** Only while the object has this ETag. */
  ifMatch?: string | undefined;
  /** Whether the ETag is a check too, where it is an MD5 and the store tells nothing better. */
  byEtag?: boolean;
}

export type ObjectReply = GetObjectCommandOutput;

/** Asks for an object, or for the part of it that `more` says. Resolves with the head of the answer. */
export const get = async (
  { connection, bucket }: Context,
  source: Source,
  more: object,
  signal: AbortSignal,
): Promise<ObjectReply> => {
  const version = source.versionId ? { VersionId: source.versionId } : {};
  const match = source.ifMatch ? { IfMatch: source.ifMatch } : {};
  const input = { Bucket: bucket, Key: source.key, ...version, ...match, ...more };
  return (await connection.send(new GetObjectCommand(input), signal)) as ObjectReply;
};

/** The body of an answer. */
export const streamOf = (answer: ObjectReply): Readable => {
  const stream = answer.Body as Readable;
  // An error after the last read must not become an uncaught one.
  stream.on("error", () => {});
  return stream;
};

/** First byte of an answer with a part of an object (RFC 9110, Content-Range); undefined for the whole of it. */
export const startOf = (answer: ObjectReply): number | undefined => {
  const match = /^bytes (\d+)-\d+\//.exec(answer.ContentRange ?? "");
  return match ? Number(match[1]) : undefined;
};
