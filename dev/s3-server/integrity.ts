/** Requests whose body must come with a digest ("Checking object integrity"). */
import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./errors";

const MISSING = "Missing required header for this request: Content-MD5 OR x-amz-checksum-*";

/** Throws InvalidRequest unless the headers carry Content-MD5, a checksum, or announce one in the trailer. */
export function requireIntegrity(headers: IncomingHttpHeaders, message = MISSING): void {
  if (headers["content-md5"] !== undefined || headers["x-amz-trailer"] !== undefined) return;
  for (const name in headers) if (/^x-amz-checksum-(crc32c?|crc64nvme|sha1|sha256)$/.test(name)) return;
  throw new S3Error("InvalidRequest", { message });
}
