/** Errors as replies: XML with the code, the text, the ids. */
import { S3Error } from "./errors";
import type { Reply } from "./exchange";
import type { LoggedRequest } from "./request-log";
import { plainDocument, tag } from "./xml";

/** x-amz-id-2 of every reply. */
export const HOST_ID = Buffer.from("embedded S3 server").toString("base64");

/** The XML of an error; a fault of the server itself is an InternalError, and told on the console. */
export function errorReply(error: unknown, entry: Pick<LoggedRequest, "id" | "error">, url: string): Reply {
  const told = error instanceof S3Error ? error : new S3Error("InternalError");
  if (told !== error) console.error("The S3 server failed on a request:", error);
  entry.error = told.code;
  const extra = Object.entries(told.extra).map(([name, value]) => tag(name, value));
  const xml =
    tag("Code", told.code) +
    tag("Message", told.message) +
    extra.join("") +
    tag("Resource", url.split("?")[0]) +
    tag("RequestId", entry.id) +
    tag("HostId", HOST_ID);
  return {
    status: told.status,
    headers: { "content-type": "application/xml", ...told.headers },
    body: plainDocument("Error", xml),
  };
}
