/** AssumeRole of the Security Token Service, on the same endpoint: form in, XML out, temporary keys made. */
import { randomBytes } from "node:crypto";
import { S3Error } from "./errors";
import type { PolicyStatement } from "./model";
import type { Role, User } from "./options";
import { readSessionPolicy } from "./policy-document";
import type { State } from "./state";
import { parseQuery, type Query } from "./uri";
import { tag } from "./xml";

/** "The plaintext that you use for both inline and managed session policies can't exceed 2,048 characters" */
const MAX_POLICY = 2048;
const NAMESPACE = "https://sts.amazonaws.com/doc/2011-06-15/";

/** What a form asks for; undefined when the request is none for STS. */
export function stsForm(body: Buffer): Query | undefined {
  const form = parseQuery(body.toString());
  return form.Action === undefined ? undefined : form;
}

/**
 * AssumeRole: the XML of the reply. Throws ValidationError, AccessDenied, InvalidAction, MalformedPolicyDocument,
 * NotImplemented.
 */
export function assumeRole(state: State, form: Query, caller: string, requestId: string): string {
  if (form.Action !== "AssumeRole") {
    throw new S3Error("InvalidAction", {
      message: `Could not find operation ${form.Action} for version ${form.Version}`,
    });
  }
  const arn = form.RoleArn ?? "";
  const name = form.RoleSessionName ?? "";
  const seconds = Number(form.DurationSeconds ?? 3600);
  if (arn.length < 20)
    throw invalid(
      `Value '${arn}' at 'roleArn' failed to satisfy constraint: Member must have length greater than or equal to 20`,
    );
  if (!/^[\w+=,.@-]{2,64}$/.test(name))
    throw invalid(`Value '${name}' at 'roleSessionName' failed to satisfy constraint`);
  if (!Number.isInteger(seconds) || seconds < 900 || seconds > 43_200) {
    throw invalid(
      `Value '${form.DurationSeconds}' at 'durationSeconds' failed to satisfy constraint: Member must have value between 900 and 43200`,
    );
  }
  if (Object.keys(form).some((one) => one.startsWith("PolicyArns."))) {
    // keys that may do more than was asked for would be worse than none
    throw new S3Error("NotImplemented", { message: "Managed policies are not known to this server" });
  }
  const statements = form.Policy === undefined ? undefined : sessionPolicy(form.Policy);
  const role = state.roles.find((one) => one.arn === arn);
  if (!role || !trusted(role, caller) || (role.externalId !== undefined && form.ExternalId !== role.externalId)) {
    throw new S3Error("AccessDenied", {
      message: `User: ${caller} is not authorized to perform: sts:AssumeRole on resource: ${arn}`,
    });
  }
  const session = `${arn.replace(":iam:", ":sts:").replace(":role/", ":assumed-role/")}/${name}`;
  const user: User = {
    ...temporaryUser(role, session, state.now() + (role.lifetime ?? seconds) * 1000),
    ...(statements && { session: { statements } }),
  };
  state.users.set(user.accessKey, user);
  return reply(user, session, name, requestId);
}

/** The statements of a session's policy. Throws ValidationError, MalformedPolicyDocument. */
function sessionPolicy(text: string): PolicyStatement[] {
  if (text.length === 0 || text.length > MAX_POLICY) {
    throw invalid(
      `Value at 'policy' failed to satisfy constraint: Member must have length between 1 and ${MAX_POLICY}`,
    );
  }
  try {
    return readSessionPolicy(text);
  } catch (error) {
    if (!(error instanceof S3Error)) throw error;
    throw new S3Error("MalformedPolicyDocument", { message: error.message });
  }
}

function invalid(problem: string): S3Error {
  return new S3Error("ValidationError", { message: `1 validation error detected: ${problem}` });
}

function trusted(role: Role, caller: string): boolean {
  return role.trusts === undefined || role.trusts.includes(caller);
}

function temporaryUser(role: Role, session: string, expires: number): User {
  return {
    accessKey: `ASIA${randomBytes(10).toString("hex").slice(0, 16).toUpperCase()}`,
    secretKey: randomBytes(30).toString("base64"),
    sessionToken: randomBytes(120).toString("base64"),
    expires,
    arns: [role.arn, session],
    ...(role.allow && { allow: role.allow }),
    ...(role.deny && { deny: role.deny }),
  };
}

function reply(user: User, arn: string, name: string, requestId: string): string {
  const id = `AROA${user.accessKey.slice(4)}:${name}`;
  return `<AssumeRoleResponse xmlns="${NAMESPACE}"><AssumeRoleResult><AssumedRoleUser>${tag("AssumedRoleId", id)}${tag("Arn", arn)}</AssumedRoleUser><Credentials>${tag("AccessKeyId", user.accessKey)}${tag("SecretAccessKey", user.secretKey)}${tag("SessionToken", user.sessionToken)}${tag("Expiration", new Date(Number(user.expires)).toISOString().replace(/\.\d+/, ""))}</Credentials></AssumeRoleResult><ResponseMetadata>${tag("RequestId", requestId)}</ResponseMetadata></AssumeRoleResponse>`;
}

/** An error as STS words it. */
export function stsError(error: S3Error, requestId: string): { status: number; body: string } {
  const unknownKey = error.code === "InvalidAccessKeyId" || error.code === "InvalidToken";
  const code = unknownKey ? "InvalidClientTokenId" : error.code;
  return {
    status: unknownKey ? 403 : error.status,
    body: `<ErrorResponse xmlns="${NAMESPACE}"><Error><Type>Sender</Type>${tag("Code", code)}${tag("Message", error.message)}</Error>${tag("RequestId", requestId)}</ErrorResponse>`,
  };
}
