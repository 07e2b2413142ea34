/** Access control lists: canned ones, grants in headers and in XML ("Access control list (ACL) overview"). */
import type { IncomingHttpHeaders } from "node:http";
import { S3Error } from "./errors";
import type { Acl, Grant, Permission } from "./model";
import { OWNER, OWNER_ID } from "./owner";
import { childrenOf, invalidArgument } from "./schema";
import { tag, xmlDocument } from "./xml";
import { child, childText, type XmlElement } from "./xml-reader";

const ALL_USERS = "http://acs.amazonaws.com/groups/global/AllUsers";
const AUTHENTICATED = "http://acs.amazonaws.com/groups/global/AuthenticatedUsers";
const LOG_DELIVERY = "http://acs.amazonaws.com/groups/s3/LogDelivery";
const GROUPS = [ALL_USERS, AUTHENTICATED, LOG_DELIVERY];
/** of the service that reads machine images, for aws-exec-read */
const EXEC_ID = "6aa5a366c34c1cbe25dc49211496e913e0351eb0e8c37aa3477e40942ec6b97c";
const MAX_GRANTS = 100;

const OWNERS: Grant = { id: OWNER_ID, permission: "FULL_CONTROL" };

/** What "Canned ACL" grants beside the owner's FULL_CONTROL; owner of bucket and object are one here. */
const CANNED: Record<string, readonly Grant[]> = {
  private: [],
  "public-read": [{ uri: ALL_USERS, permission: "READ" }],
  "public-read-write": [
    { uri: ALL_USERS, permission: "READ" },
    { uri: ALL_USERS, permission: "WRITE" },
  ],
  "aws-exec-read": [{ id: EXEC_ID, permission: "READ" }],
  "authenticated-read": [{ uri: AUTHENTICATED, permission: "READ" }],
  "bucket-owner-read": [],
  "bucket-owner-full-control": [],
  "log-delivery-write": [
    { uri: LOG_DELIVERY, permission: "WRITE" },
    { uri: LOG_DELIVERY, permission: "READ_ACP" },
  ],
};

const GRANT_HEADERS: Record<string, Permission> = {
  "x-amz-grant-full-control": "FULL_CONTROL",
  "x-amz-grant-read": "READ",
  "x-amz-grant-read-acp": "READ_ACP",
  "x-amz-grant-write": "WRITE",
  "x-amz-grant-write-acp": "WRITE_ACP",
};
const GRANT_NAMES = Object.keys(GRANT_HEADERS);

/** Whether a request says anything about an ACL. */
export function namesAcl(headers: IncomingHttpHeaders): boolean {
  return headers["x-amz-acl"] !== undefined || GRANT_NAMES.some((name) => headers[name] !== undefined);
}

/**
 * The ACL that the headers ask for; undefined for the owner's alone, which is what there is without any.
 * Throws InvalidArgument, InvalidRequest, UnresolvableGrantByEmailAddress.
 */
export function readAcl(headers: IncomingHttpHeaders): Acl | undefined {
  if (!namesAcl(headers)) return undefined;
  const canned = headers["x-amz-acl"];
  const named = GRANT_NAMES.filter((name) => headers[name] !== undefined);
  if (canned === undefined) {
    return plain(named.flatMap((name) => grantsOf(name, String(headers[name]))));
  }
  if (named.length > 0) {
    throw new S3Error("InvalidRequest", {
      message: "Specifying both Canned ACLs and Header Grants is not allowed",
    });
  }
  const grants = Object.hasOwn(CANNED, String(canned)) ? CANNED[String(canned)] : undefined;
  if (!grants) throw invalidArgument("Invalid Argument", "x-amz-acl", String(canned));
  return plain([OWNERS, ...grants]);
}

/** An ACL that says what there is without one is none. */
function plain(grants: Acl): Acl | undefined {
  if (grants.length > MAX_GRANTS) throw new S3Error("InvalidRequest", { message: "Too many grants" });
  return grants.length === 1 && grants[0]?.id === OWNER_ID && grants[0].permission === "FULL_CONTROL"
    ? undefined
    : grants;
}

/** `id="…", uri="…"` of a header. */
function grantsOf(name: string, text: string): Grant[] {
  const permission = GRANT_HEADERS[name] as Permission;
  return text.split(",").map((one) => {
    const parts = /^\s*(id|uri|emailAddress)\s*=\s*"?([^"]*)"?\s*$/i.exec(one);
    if (!parts) throw invalidArgument("Argument format not recognized", name, text);
    const [, kind = "", value = ""] = parts;
    if (kind.toLowerCase() === "emailaddress") throw unresolvable(value);
    return kind.toLowerCase() === "id" ? byId(value, permission) : byGroup(value, permission);
  });
}

function byId(id: string, permission: Permission): Grant {
  if (!/^[0-9a-f]{64}$/.test(id)) throw invalidArgument("Invalid id", "CanonicalUser/ID", id);
  return { id, permission };
}

function byGroup(uri: string, permission: Permission): Grant {
  if (!GROUPS.includes(uri)) throw invalidArgument("Invalid group uri", "Group/URI", uri);
  return { uri, permission };
}

/** Nobody here has an address. */
function unresolvable(address: string): S3Error {
  return new S3Error("UnresolvableGrantByEmailAddress", { extra: { EmailAddress: address } });
}

const PERMISSIONS = new Set<string>(Object.values(GRANT_HEADERS));

/** The ACL of an AccessControlPolicy. Throws MalformedACLError, InvalidArgument, AccessDenied for another owner. */
export function readAclXml(root: XmlElement): Acl | undefined {
  const owner = child(root, "Owner");
  const list = child(root, "AccessControlList");
  if (root.name !== "AccessControlPolicy" || !owner || !list) throw new S3Error("MalformedACLError");
  if (childText(owner, "ID")?.trim() !== OWNER_ID) throw new S3Error("AccessDenied");
  const grants = childrenOf(list, "Grant");
  if (grants.length > MAX_GRANTS || grants.length < list.children.length) throw new S3Error("MalformedACLError");
  return plain(
    grants.map((one) => {
      const grantee = child(one, "Grantee");
      const permission = childText(one, "Permission")?.trim() ?? "";
      if (!grantee || !PERMISSIONS.has(permission)) throw new S3Error("MalformedACLError");
      const address = childText(grantee, "EmailAddress");
      if (address !== undefined) throw unresolvable(address.trim());
      const uri = childText(grantee, "URI");
      if (uri !== undefined) return byGroup(uri.trim(), permission as Permission);
      const id = childText(grantee, "ID");
      if (id === undefined) throw new S3Error("MalformedACLError");
      return byId(id.trim(), permission as Permission);
    }),
  );
}

/** The AccessControlPolicy of a bucket or object. */
export function aclXml(acl: Acl | undefined): string {
  const grants = (acl ?? [OWNERS]).map(({ id, uri, permission }) => {
    const type = `xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:type="${uri === undefined ? "CanonicalUser" : "Group"}"`;
    return `<Grant><Grantee ${type}>${tag("ID", id)}${tag("URI", uri)}</Grantee>${tag("Permission", permission)}</Grant>`;
  });
  return xmlDocument("AccessControlPolicy", `${OWNER}<AccessControlList>${grants.join("")}</AccessControlList>`);
}

/** Whether an ACL grants anything to everybody, or to everybody who signs ("The meaning of public"). */
export function isPublicAcl(acl: Acl | undefined): boolean {
  return acl?.some(({ uri }) => uri === ALL_USERS || uri === AUTHENTICATED) ?? false;
}

/** Whether an ACL grants `permission` to a caller: to the groups that everybody and every signing caller are in. */
export function grants(acl: Acl, permission: Permission, signed: boolean): boolean {
  return acl.some(
    (one) =>
      (one.uri === ALL_USERS || (signed && one.uri === AUTHENTICATED)) &&
      (one.permission === permission || one.permission === "FULL_CONTROL"),
  );
}
