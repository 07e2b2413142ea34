/** Which bucket and key a request line is about, in path style and in virtual-host style ("Virtual hosting of buckets"). */
import { decodePath, parseQuery, type Query } from "./uri";

export interface Address {
  /** the decoded path with its leading slash, as it is signed */
  path: string;
  bucketName: string;
  key: string;
  query: Query;
}

/** The address of a request. Keys are taken as they are: `..`, `//` and the like are parts of a name. Throws InvalidURI. */
export function parseAddress(url: string, host: string | undefined, domains: readonly string[]): Address {
  // a proxy may send the absolute form
  const relative = url.startsWith("/") ? url : url.replace(/^https?:\/\/[^/?]*/i, "");
  const mark = relative.indexOf("?");
  const path = decodePath(mark < 0 ? relative : relative.slice(0, mark)) || "/";
  const query = parseQuery(mark < 0 ? "" : relative.slice(mark + 1));
  const bucket = virtualBucket(host, domains);
  if (bucket !== undefined) return { path, bucketName: bucket, key: path.slice(1), query };
  const slash = path.indexOf("/", 1);
  return {
    path,
    bucketName: slash < 0 ? path.slice(1) : path.slice(1, slash),
    key: slash < 0 ? "" : path.slice(slash + 1),
    query,
  };
}

function virtualBucket(host: string | undefined, domains: readonly string[]): string | undefined {
  if (host === undefined) return undefined;
  const name = host.replace(/:\d+$/, "").toLowerCase();
  for (const domain of domains) {
    if (name.endsWith(domain) && name[name.length - domain.length - 1] === ".")
      return name.slice(0, -domain.length - 1);
  }
  return undefined;
}
