import type { IncomingMessage } from "node:http";
import { etag, hostileXml, type Reply, whole, xml } from "../hostile/replies";

/** What the requests of the operations are answered with, where it is XML. */
const roots = [
  ...["ListBucketResult", "ListVersionsResult", "DeleteResult", "Tagging", "InitiateMultipartUploadResult"],
  ...["CompleteMultipartUploadResult", "LifecycleConfiguration", "ListMultipartUploadsResult", "Error"],
];

/** Names that every object has, as keys, tags, storage classes, owners and metadata. */
export const names = ["__proto__", "constructor", "prototype", "toString", "hasOwnProperty"];

const listing = (root: string): string => {
  const entries = names.flatMap((name) => [`there/${name}`, `there/${name}/${name}`]).sort();
  const one = root === "ListBucketResult" ? "Contents" : "Version";
  const all = entries.map((key, at) => {
    const name = names[at % names.length];
    const version = one === "Version" ? `<VersionId>${name}</VersionId><IsLatest>true</IsLatest>` : "";
    return `<${one}><Key>${key}</Key>${version}<Size>1</Size><ETag>"0"</ETag><LastModified>2026-01-01T00:00:00.000Z</LastModified><StorageClass>${name}</StorageClass></${one}>`;
  });
  const count = root === "ListBucketResult" ? `<KeyCount>${all.length}</KeyCount>` : "";
  return `<${root}><Name>bucket</Name><Prefix>there/</Prefix><IsTruncated>false</IsTruncated>${count}${all.join("")}</${root}>`;
};

const tagging = `<Tagging><TagSet>${names.map((name) => `<Tag><Key>${name}</Key><Value>polluted</Value></Tag>`).join("")}</TagSet></Tagging>`;

const metadata = Object.fromEntries(names.map((name) => [`x-amz-meta-${name}`, "polluted"]));

/** What an honest store would say, of objects, tags and metadata that are called so. undefined for what it does not know. */
const honest = ({ method, url = "" }: IncomingMessage): Reply["answer"] | undefined => {
  const { pathname, searchParams } = new URL(url, "http://127.0.0.1");
  const answer = (body: string) => whole(200, { ...xml, ...etag }, body);
  if (method === "GET" && searchParams.has("list-type")) return answer(listing("ListBucketResult"));
  if (method === "GET" && searchParams.has("versions")) return answer(listing("ListVersionsResult"));
  if (method === "GET" && searchParams.has("tagging")) return answer(tagging);
  if (method === "POST" && searchParams.has("uploads"))
    return answer("<InitiateMultipartUploadResult><UploadId>__proto__</UploadId></InitiateMultipartUploadResult>");
  if (method === "PUT" && pathname !== "/bucket") return whole(200, { etag: etag.etag, "content-length": "0" }, "");
  if (method === "GET" && pathname !== "/bucket")
    return whole(200, { ...etag, ...metadata }, JSON.stringify({ a: 1 }).replace("a", "__proto__"));
  if (method === "HEAD") return whole(200, { ...etag, ...metadata, "content-length": "14" }, "");
  return undefined;
};

/** Every request is answered with harmful XML; or those alone that an honest store would answer in no other way. */
export const xmlReplies: readonly (Reply & { whole: boolean })[] = [
  ...hostileXml(roots).map((reply) => ({ ...reply, whole: true })),
  ...hostileXml(roots).map((reply) => ({
    name: `${reply.name}, behind an honest beginning`,
    whole: false,
    answer: ((request, response) => (honest(request) ?? reply.answer)(request, response)) as Reply["answer"],
  })),
];
