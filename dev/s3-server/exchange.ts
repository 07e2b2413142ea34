/** One request under way, as the operations see it. */
import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { Identity } from "./authentication";
import type { Body } from "./body";
import type { Algorithm } from "./checksums";
import { S3Error } from "./errors";
import type { HookAction } from "./hooks";
import type { Bucket } from "./model";
import { isAllowed } from "./policy";
import type { Received } from "./receive";
import { findBucket, type State } from "./state";
import type { Query } from "./uri";

export interface Exchange {
  state: State;
  id: string;
  method: string;
  bucketName: string;
  key: string;
  query: Query;
  headers: IncomingHttpHeaders;
  /** of the client */
  socket?: Socket;
  identity: Identity;
  action: HookAction;
  receive(options?: {
    algorithm?: Algorithm | undefined;
    checksumOfObject?: boolean;
    maxSize?: number;
    needsLength?: boolean;
  }): Promise<Received>;
}

/** What an operation answers. */
export interface Reply {
  /** default 200 */
  status?: number;
  headers?: Record<string, string>;
  body?: string | Body;
}

/** A header of the request that came once. */
export function header(exchange: Exchange, name: string): string | undefined {
  const value = exchange.headers[name];
  return typeof value === "string" ? value : undefined;
}

/** The bucket of the request. Throws NoSuchBucket. */
export function bucketOf(exchange: Exchange): Bucket {
  return findBucket(exchange.state, exchange.bucketName);
}

/** Throws AccessDenied unless the caller may do `action`, by default in the request's bucket and to its key. */
export function demand(exchange: Exchange, action: string, bucketName = exchange.bucketName, key = exchange.key): void {
  const bucket = exchange.state.buckets.get(bucketName) ?? bucketName;
  if (isAllowed(exchange.identity, action, bucket, key)) return;
  const { accessKey } = exchange.identity;
  throw new S3Error("AccessDenied", {
    ...(accessKey !== undefined && {
      message: `User: ${accessKey} is not authorized to perform: ${action} on resource: "arn:aws:s3:::${bucketName}${key === "" ? "" : `/${key}`}"`,
    }),
  });
}

/**
 * The error for a key that is not there: without the permission to list, S3 does not tell that it is missing
 * (GetObject, "Permissions").
 */
export function missingKey(exchange: Exchange, bucketName = exchange.bucketName, key = exchange.key): S3Error {
  const bucket = exchange.state.buckets.get(bucketName) ?? bucketName;
  if (!isAllowed(exchange.identity, "s3:ListBucket", bucket, "")) return new S3Error("AccessDenied");
  return new S3Error("NoSuchKey", { extra: { Key: key } });
}

/** A query parameter that is a whole number. Throws InvalidArgument for anything else. */
export function integer(exchange: Exchange, name: string, otherwise: number): number {
  const text = exchange.query[name];
  if (text === undefined || text === "") return otherwise;
  const value = Number(text);
  if (!/^-?\d+$/.test(text) || value < 0 || value > 2_147_483_647) {
    throw new S3Error("InvalidArgument", {
      message: `Provided ${name} not an integer or within integer range`,
      extra: { ArgumentName: name, ArgumentValue: text },
    });
  }
  return value;
}

/** Throws KeyTooLongError for a key of more than 1,024 bytes. */
export function checkKey(key: string): void {
  if (key.length <= 256) return;
  const size = Buffer.byteLength(key);
  if (size > 1024) throw new S3Error("KeyTooLongError", { extra: { Size: size, MaxSizeAllowed: 1024 } });
}
