/** Get, put and delete of what the table of subresources lists. */

import { checkOwnershipControls } from "./configuration-checks";
import { childrenXml } from "./element-xml";
import { S3Error } from "./errors";
import { bucketOf, type Exchange, type Reply } from "./exchange";
import { requireIntegrity } from "./integrity";
import type { Bucket, Configuration } from "./model";
import { ownershipRoot } from "./new-bucket";
import type { Operation } from "./router";
import { SUBRESOURCES, type Subresource } from "./subresources";
import { xmlDocument } from "./xml";
import { readXmlBody } from "./xml-body";

/** The operations by their names. */
export function subresourceOperations(): Record<string, Operation> {
  const operations: Record<string, Operation> = {};
  for (const one of SUBRESOURCES) {
    operations[one.get[0]] = { action: one.get[1], configures: true, run: (exchange) => getOne(exchange, one) };
    operations[one.put[0]] = { action: one.put[1], configures: true, run: (exchange) => putOne(exchange, one) };
    if (one.delete) {
      operations[one.delete[0]] = {
        action: one.delete[1],
        configures: true,
        run: (exchange) => deleteOne(exchange, one),
      };
    }
  }
  return operations;
}

function getOne(exchange: Exchange, { name, root, missing }: Subresource): Reply {
  const bucket = bucketOf(exchange);
  const kept = bucket.configurations?.[name];
  if (!kept && "code" in missing) throw new S3Error(missing.code, { extra: { BucketName: bucket.name } });
  return {
    headers: { "content-type": "application/xml", ...kept?.headers },
    body: xmlDocument(root, kept ? childrenXml(kept.root) : "content" in missing ? missing.content(bucket) : ""),
  };
}

async function putOne(exchange: Exchange, one: Subresource): Promise<Reply> {
  bucketOf(exchange);
  if (one.digest) requireIntegrity(exchange.headers);
  const headers = one.headers?.(exchange);
  const sent = await readXmlBody(exchange);
  if (sent.name !== one.root) throw new S3Error("MalformedXML");
  const bucket = bucketOf(exchange);
  const root = one.check(sent, exchange, bucket);
  setConfiguration(bucket, one.name, { root, ...(headers && { headers }) });
  one.after?.(exchange, bucket);
  return { status: one.status ?? 200, ...(headers && { headers }) };
}

function deleteOne(exchange: Exchange, one: Subresource): Reply {
  const bucket = bucketOf(exchange);
  setConfiguration(bucket, one.name, undefined);
  one.after?.(exchange, bucket);
  return { status: 204 };
}

/** Keeps a configuration, or takes it away. A bucket without any has no `configurations` at all. */
export function setConfiguration(bucket: Bucket, name: Subresource["name"], kept: Configuration | undefined): void {
  const { [name]: _, ...others } = bucket.configurations ?? {};
  if (kept) bucket.configurations = { ...others, [name]: kept };
  else if (Object.keys(others).length > 0) bucket.configurations = others;
  else delete bucket.configurations;
}

/** Gives a new bucket the ownership that its creation names. Throws what PutBucketOwnershipControls does. */
export function setOwnership(bucket: Bucket, ownership: string): void {
  const root = ownershipRoot(ownership);
  checkOwnershipControls(root, bucket);
  setConfiguration(bucket, "ownershipControls", { root });
}
