/** The request behind a question of permission, as far as conditions and ACLs need it. */
import type { IncomingHttpHeaders } from "node:http";
import type { Socket } from "node:net";
import type { Bucket, Version } from "./model";
import type { Query } from "./uri";

/** What a caller asks with; the exchange is one. */
export interface RequestContext {
  bucketName: string;
  key: string;
  query: Query;
  headers: IncomingHttpHeaders;
  socket?: Socket | undefined;
}

/** The version of a key that is asked for: the one that the request names, where the key is the request's, else the current one. */
export function namedVersion(
  { request }: { request?: RequestContext },
  bucket: Bucket,
  key: string,
): Version | undefined {
  const versions = bucket.keys.get(key)?.versions;
  const own = request?.key === key && request.bucketName === bucket.name;
  const versionId = own ? request.query.versionId : undefined;
  return versionId === undefined ? versions?.[0] : versions?.find((one) => one.versionId === versionId);
}
