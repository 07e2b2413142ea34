/** Requests to STS on this endpoint: read, checked, answered in its own XML. */
import { authenticate } from "./authentication";
import type { SignedRequest } from "./claim";
import { S3Error } from "./errors";
import type { Exchange, Reply } from "./exchange";
import { hookError, takesEffect } from "./hooks";
import type { LoggedRequest } from "./request-log";
import { sha256Hex } from "./signature";
import { assumeRole, stsError, stsForm } from "./sts";

/** A request to STS: the hash of its body is signed without being named, so the body is read first. */
export async function answerSts(exchange: Exchange, signed: SignedRequest, entry: LoggedRequest): Promise<Reply> {
  const { body } = await exchange.receive({ maxSize: 65_536 });
  const bytes = Buffer.concat([...body.read(0, body.size)]);
  const form = stsForm(bytes);
  if (!form) throw new S3Error("MethodNotAllowed", { extra: { Method: "POST", ResourceType: "SERVICE" } });
  entry.operation = form.Action ?? "AssumeRole";
  const headers = { "content-type": "text/xml", "x-amzn-requestid": entry.id };
  try {
    if (!takesEffect(exchange.action)) throw hookError(exchange.action);
    const identity = authenticate(signed, exchange.state.users, exchange.state.now(), sha256Hex(bytes));
    if (identity.accessKey === undefined || identity.scope?.service !== "sts") throw new S3Error("AccessDenied");
    return { headers, body: assumeRole(exchange.state, form, identity.accessKey, entry.id) };
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    entry.error = error.code;
    return { ...stsError(error, entry.id), headers };
  }
}
