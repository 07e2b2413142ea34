/** Policies of buckets and sessions: read, checked, made plain ("Policies and permissions in Amazon S3"). */

import { S3Error } from "./errors";
import type { BucketPolicy, PolicyCondition, PolicyStatement } from "./model";
import { addressRange, CONDITION_KEYS, OPERATORS } from "./policy-conditions";
import { matchesWildcard } from "./wildcard";

type Json = Record<string, unknown>;

const FIELDS = [
  "Action",
  "Condition",
  "Effect",
  "NotAction",
  "NotPrincipal",
  "NotResource",
  "Principal",
  "Resource",
  "Sid",
];
const ARN = "arn:aws:s3:::";
const PRINCIPAL = /^(?:\*|\d{12}|arn:aws:(?:iam|sts)::\d{12}:(?:root|(?:user|role|assumed-role)\/[\w+=,.@/-]+))$/;

function malformed(message: string): S3Error {
  return new S3Error("MalformedPolicy", { message });
}

/** The policy in `text` for the bucket called `name`. Throws MalformedPolicy, also for what would not be obeyed. */
export function readPolicy(text: string, name: string): BucketPolicy {
  return { text, statements: readStatements(text, name) };
}

/**
 * The statements of a session's policy in `text`: about any bucket, also about other services, and without principals.
 * Throws MalformedPolicy, also for what would not be obeyed.
 */
export function readSessionPolicy(text: string): PolicyStatement[] {
  return readStatements(text, undefined);
}

/** `bucket` is the one that the policy is of; a session's has none. */
function readStatements(text: string, bucket: string | undefined): PolicyStatement[] {
  let document: unknown;
  try {
    document = JSON.parse(text);
  } catch {
    document = undefined;
  }
  if (!isObject(document)) throw malformed("Policies must be valid JSON and the first byte must be '{'");
  only(document, ["Id", "Statement", "Version"]);
  const { Version = "2008-10-17", Statement } = document;
  if (Version !== "2012-10-17" && Version !== "2008-10-17")
    throw malformed("The policy must contain a valid version string");
  if (Statement === undefined) throw malformed("Missing required field Statement");
  const list = Array.isArray(Statement) ? Statement : [Statement];
  if (list.length === 0) throw malformed("Could not parse the policy: Statement is empty!");
  const statements = list.map((one) => readStatement(one, bucket));
  const names = list.map((one: Json) => one.Sid).filter((one) => one !== undefined && one !== "");
  if (new Set(names).size < names.length) throw malformed("Statement IDs (SID) in a single policy must be unique");
  return statements;
}

function isObject(value: unknown): value is Json {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function only(object: Json, names: readonly string[]): void {
  for (const name in object) if (!names.includes(name)) throw malformed(`Unknown field ${name}`);
}

function readStatement(given: unknown, bucket: string | undefined): PolicyStatement {
  if (!isObject(given)) throw malformed("Invalid policy syntax.");
  only(given, FIELDS);
  if (given.Effect === undefined) throw malformed("Missing required field Effect");
  if (given.Effect !== "Allow" && given.Effect !== "Deny") throw malformed(`Invalid effect: ${given.Effect}`);
  if (given.Sid !== undefined && typeof given.Sid !== "string") throw malformed("Invalid policy syntax.");
  if (given.NotPrincipal !== undefined) throw malformed("NotPrincipal is not obeyed by this server");
  if (bucket === undefined && given.Principal !== undefined)
    throw malformed("Policy document should not specify a principal.");
  if (bucket !== undefined && given.Principal === undefined) throw malformed("Missing required field Principal");
  const actions = readActions(oneOfTwo(given, "Action"), bucket === undefined);
  const resources = readResources(oneOfTwo(given, "Resource"), bucket);
  const statement: PolicyStatement = {
    effect: given.Effect,
    principals: bucket === undefined ? ["*"] : readPrincipals(given.Principal),
    actions,
    resources,
    conditions: readConditions(given.Condition),
    ...(given.NotAction !== undefined && { notActions: true }),
    ...(given.NotResource !== undefined && { notResources: true }),
  };
  if (bucket !== undefined && !statement.notActions && !statement.notResources)
    checkTogether(actions, resources, bucket);
  return statement;
}

function oneOfTwo(given: Json, name: "Action" | "Resource"): string[] {
  const plain = given[name];
  const negated = given[`Not${name}`];
  if ((plain === undefined) === (negated === undefined)) {
    throw malformed(plain === undefined ? `Missing required field ${name}` : "Invalid policy syntax.");
  }
  return texts(plain ?? negated);
}

/** A text, or a list of texts that is not empty. No variables: they would be taken literally. */
function texts(value: unknown): string[] {
  const list = Array.isArray(value) ? value : [value];
  if (list.length === 0 || !list.every((one) => typeof one === "string")) throw malformed("Invalid policy syntax.");
  if (list.some((one) => one.includes("${"))) throw malformed("Policy variables are not obeyed by this server");
  return list;
}

function readPrincipals(given: unknown): string[] {
  if (given === "*") return ["*"];
  if (!isObject(given) || Object.keys(given).length === 0) throw malformed("Invalid principal in policy");
  const principals: string[] = [];
  for (const kind in given) {
    const list = texts(given[kind]);
    if (kind === "AWS") {
      if (!list.every((one) => PRINCIPAL.test(one))) throw malformed("Invalid principal in policy");
      principals.push(...list);
    } else if (kind !== "Service" || !list.every((one) => /^[\w.-]+\.amazonaws\.com$/.test(one))) {
      throw malformed("Invalid principal in policy");
    } // services are never callers here
  }
  return principals;
}

function readActions(list: string[], ofAnyService: boolean): string[] {
  const known = ofAnyService ? /^[a-z\d-]+:[A-Za-z*?]+$/i : /^s3:[A-Za-z*?]+$/i;
  for (const one of list) {
    if (one !== "*" && !known.test(one)) throw malformed("Policy has invalid action");
  }
  return list.map((one) => one.toLowerCase());
}

/**
 * The resources without `arn:aws:s3:::`: the bucket or what is in it, of this bucket alone. A session's policy may name
 * any; those of other services stay as they are, which no bucket is called like.
 */
function readResources(list: string[], bucket: string | undefined): string[] {
  return list.map((one) => {
    if (one === "*") return one;
    if (bucket === undefined) {
      if (!/^arn:aws:[a-z\d-]+:/.test(one)) throw malformed("The policy failed legacy parsing");
      return one.startsWith(ARN) ? one.slice(ARN.length) : one;
    }
    const path = one.startsWith(ARN) ? one.slice(ARN.length) : "";
    if (!matchesWildcard(path.split("/")[0] ?? "", bucket)) throw malformed("Policy has invalid resource");
    return path;
  });
}

const ON_OBJECTS =
  /^s3:(?:(?:get|put|delete|replicate|restore|update)object|abortmultipartupload|bypassgovernance|initiatereplication|listmultipartuploadparts|objectowner|replicate(?:delete|tags))/;

/** S3 refuses the commonest mistake: actions on objects for the bucket's ARN, and the other way round. */
function checkTogether(actions: readonly string[], resources: readonly string[], bucket: string): void {
  const forBucket = resources.some((one) => matchesWildcard(one, bucket));
  const forObjects = resources.some((one) => one.includes("/") || one.endsWith("*"));
  for (const action of actions) {
    if (/[*?]/.test(action)) continue;
    if (ON_OBJECTS.test(action) ? forObjects : forBucket) continue;
    throw malformed("Action does not apply to any resource(s) in statement");
  }
}

function readConditions(given: unknown): PolicyCondition[] {
  if (given === undefined) return [];
  if (!isObject(given)) throw malformed("Invalid policy syntax.");
  const conditions: PolicyCondition[] = [];
  for (const operator in given) {
    const keys = given[operator];
    if (!OPERATORS.has(operator.replace(/IfExists$/, ""))) throw malformed(`Invalid Condition type : ${operator}`);
    if (!isObject(keys)) throw malformed("Invalid policy syntax.");
    for (const name in keys) {
      const key = name.toLowerCase();
      if (!CONDITION_KEYS.some((one) => (one.endsWith("/") ? key.startsWith(one) && key !== one : key === one))) {
        throw malformed(`Policy has an invalid condition key - ${name}`);
      }
      const value = keys[name];
      const list = (Array.isArray(value) ? value : [value]).map((one) =>
        typeof one === "boolean" ? String(one) : one,
      );
      const values = texts(list);
      if (operator.startsWith("Bool") && !values.every((one) => /^(?:true|false)$/i.test(one))) {
        throw malformed("Invalid policy syntax.");
      }
      const ofAddresses = operator.includes("IpAddress");
      if (ofAddresses !== (key === "aws:sourceip") || (ofAddresses && !values.every(addressRange))) {
        throw malformed("Invalid policy syntax.");
      }
      // a tag's key is told apart by its case, the rest of the name is not
      const tagKey = name.slice(name.indexOf("/") + 1);
      conditions.push({
        operator,
        key: name.includes("/") ? `${key.slice(0, key.indexOf("/") + 1)}${tagKey}` : key,
        values,
      });
    }
  }
  return conditions;
}
