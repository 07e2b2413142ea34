/** POST Object: a browser's form upload ("Browser-Based Uploads Using POST"). */
import { createHash } from "node:crypto";
import type { IncomingHttpHeaders } from "node:http";
import { readAttributes } from "./attributes";
import { callerOf, findUser, type Identity } from "./authentication";
import { memoryBody, wholeBody } from "./body";
import { checkBucketAccess } from "./buckets";
import { type Checksum, checksumOf, declaredChecksum } from "./checksums";
import { carriesCustomerKey } from "./encryption";
import { S3Error } from "./errors";
import { bucketOf, checkKey, demand, type Exchange, type Reply } from "./exchange";
import { type FileForm, readFileForm } from "./form-data";
import type { Tag } from "./model";
import { requestedLock } from "./object-lock";
import { furtherActions } from "./permissions";
import { checkPostPolicy, readPostPolicy } from "./post-policy";
import { prepareWrite } from "./prepare-write";
import { storeObject } from "./put-object";
import type { Received } from "./receive";
import { parseCredential, parseTimestamp, sign, signingKey } from "./signature";
import { readTagging } from "./tagging";
import { uriEncodePath } from "./uri";
import { plainDocument, tag } from "./xml";
import { readXml } from "./xml-reader";

/** A form is held in memory as a whole. */
const MAX_FORM = 256 * 1024 * 1024;
/** room for the fields, and the framing of the file */
const FIELDS = 65_536;

/** Fields that are headers of PutObject under the same name, beside those that begin with x-amz-. */
const HEADERS = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-md5",
  "content-type",
  "expires",
];

/** Fields that say who posts, and that are no headers of the object. */
const CLAIM = /^x-amz-(?:algorithm|credential|date|signature|security-token)$/;

/** POST Object. The caller is who signed the policy in the form; a form without a policy is anonymous. */
export async function postObject(exchange: Exchange): Promise<Reply> {
  const contentType = exchange.headers["content-type"] ?? "";
  if (!/^multipart\/form-data\s*(?:;|$)/i.test(contentType)) {
    throw new S3Error("PreconditionFailed", {
      extra: { Condition: "Bucket POST must be of the enclosure-type multipart/form-data" },
    });
  }
  bucketOf(exchange);
  const { state } = exchange;
  const limit = Math.min(MAX_FORM, state.maxObjectSize + FIELDS);
  const { body } = await exchange.receive({ maxSize: limit, needsLength: true });
  const form = readFileForm(wholeBody(body), contentType);
  if (form.file.length > state.maxObjectSize) {
    throw new S3Error("EntityTooLarge", {
      extra: { ProposedSize: form.file.length, MaxSizeAllowed: state.maxObjectSize },
    });
  }
  const fields = filledIn(form);
  const key = fields.get("key");
  if (!key) throw missing("key");
  exchange.key = key;
  exchange.identity = identify(exchange, fields, form.file.length);
  exchange.headers = headersOf(fields);
  checkBucketAccess(exchange);
  demand(exchange, "s3:PutObject");
  for (const action of furtherActions("s3:PutObject", exchange.headers)) demand(exchange, action);
  checkKey(key);
  prepareWrite(exchange);
  const tagging = fields.get("tagging");
  if (tagging !== undefined) demand(exchange, "s3:PutObjectTagging");
  const tags: readonly Tag[] | undefined = tagging === undefined ? undefined : readTagging(readXml(tagging));
  const attributes = { ...readAttributes(exchange.headers), ...(tags && { tags }) };
  const lock = requestedLock(exchange, bucketOf(exchange));
  const headers = storeObject(exchange, received(form.file, exchange.headers), attributes, lock, "ObjectCreated:Post");
  return reply(exchange, fields, headers);
}

/** "The variable ${filename} is automatically replaced with the name of the file" in every field (POST Object). */
function filledIn({ fields, filename }: FileForm): Map<string, string> {
  const filled = new Map<string, string>();
  for (const [name, value] of fields) {
    const literal = name === "policy" || name === "x-amz-signature";
    filled.set(name, literal ? value : value.replace(/\$\{filename\}/g, () => filename));
  }
  return filled;
}

function missing(name: string): S3Error {
  return new S3Error("InvalidArgument", {
    message: `Bucket POST must contain a field named '${name}'.  If it is specified, please check the order of the fields.`,
    extra: { ArgumentName: name, ArgumentValue: "" },
  });
}

function identify(exchange: Exchange, fields: ReadonlyMap<string, string>, fileSize: number): Identity {
  const anonymous: Identity = { payloadHash: "UNSIGNED-PAYLOAD" };
  const base64 = fields.get("policy");
  if (base64 === undefined) return anonymous;
  if (fields.has("awsaccesskeyid") || fields.has("signature")) {
    throw new S3Error("InvalidRequest", {
      message: "The authorization mechanism you have provided is not supported. Please use AWS4-HMAC-SHA256.",
    });
  }
  const need = (name: string): string => {
    const value = fields.get(name.toLowerCase());
    if (!value) throw missing(name);
    return value;
  };
  const signature = need("X-Amz-Signature");
  const scope = parseCredential(need("X-Amz-Credential"));
  const date = need("X-Amz-Date");
  if (need("X-Amz-Algorithm") !== "AWS4-HMAC-SHA256") {
    throw new S3Error("InvalidArgument", {
      message: 'X-Amz-Algorithm only supports "AWS4-HMAC-SHA256 and AWS4-ECDSA-P256-SHA256"',
      extra: { ArgumentName: "X-Amz-Algorithm", ArgumentValue: fields.get("x-amz-algorithm") ?? "" },
    });
  }
  if (scope?.service !== "s3" || Number.isNaN(parseTimestamp(date)) || !date.startsWith(scope.date)) {
    throw new S3Error("InvalidArgument", {
      message: "Invalid credential",
      extra: { ArgumentName: "X-Amz-Credential", ArgumentValue: fields.get("x-amz-credential") ?? "" },
    });
  }
  const { users } = exchange.state;
  const now = exchange.state.now();
  const user = findUser(users, scope.accessKey, fields.get("x-amz-security-token"), now);
  // "the string to sign is the base64-encoded policy" (Calculating a signature, POST)
  if (sign(signingKey(user.secretKey, scope), base64) !== signature) {
    throw new S3Error("SignatureDoesNotMatch", {
      extra: {
        AWSAccessKeyId: scope.accessKey,
        // the policy has the value of every field, a customer's key (SSE-C) among them
        ...(!carriesCustomerKey(Object.fromEntries(fields)) && { StringToSign: base64 }),
        SignatureProvided: signature,
      },
    });
  }
  const all = new Map(fields).set("bucket", exchange.bucketName);
  checkPostPolicy(readPostPolicy(base64), all, fileSize, now);
  return { ...anonymous, ...callerOf(user), scope };
}

/** The form's fields as the headers of a PutObject; text as node:http gives it, byte by byte. */
function headersOf(fields: ReadonlyMap<string, string>): IncomingHttpHeaders {
  const headers: IncomingHttpHeaders = {};
  for (const [name, value] of fields) {
    if (!HEADERS.includes(name) && (!name.startsWith("x-amz-") || CLAIM.test(name))) continue;
    headers[name] = Buffer.from(value).toString("latin1");
  }
  const acl = fields.get("acl");
  if (acl !== undefined) headers["x-amz-acl"] = acl;
  return headers;
}

function received(file: Buffer, headers: IncomingHttpHeaders): Received {
  const body = memoryBody([file]);
  const md5 = createHash("md5").update(file).digest();
  const told = headers["content-md5"];
  if (told !== undefined && told !== md5.toString("base64")) throw new S3Error("BadDigest");
  const declared = declaredChecksum(headers);
  if (declared?.value === undefined) return { body, md5 };
  const checksum: Checksum = checksumOf(declared.algorithm, body);
  if (checksum.value !== declared.value) {
    throw new S3Error("BadDigest", {
      message: `The ${declared.algorithm} you specified did not match the calculated checksum.`,
    });
  }
  return { body, md5, checksum };
}

function reply(exchange: Exchange, fields: ReadonlyMap<string, string>, headers: Record<string, string>): Reply {
  const { state, bucketName, key } = exchange;
  const location = `${state.endpoint}/${bucketName}/${uriEncodePath(key)}`;
  const etag = headers.etag as string;
  const redirect = fields.get("success_action_redirect") ?? fields.get("redirect");
  // "If S3 cannot interpret the URL, it acts as if the field is not present" (POST Object)
  if (redirect !== undefined && URL.canParse(redirect)) {
    const url = new URL(redirect);
    url.searchParams.append("bucket", bucketName);
    url.searchParams.append("key", key);
    url.searchParams.append("etag", etag);
    return { status: 303, headers: { ...headers, location: url.href } };
  }
  const status = fields.get("success_action_status");
  if (status !== "201") return { status: status === "200" ? 200 : 204, headers: { ...headers, location } };
  return {
    status: 201,
    headers: { ...headers, location, "content-type": "application/xml" },
    body: plainDocument(
      "PostResponse",
      tag("Location", location) + tag("Bucket", bucketName) + tag("Key", key) + tag("ETag", etag),
    ),
  };
}
