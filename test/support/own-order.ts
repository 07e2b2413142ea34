import type { S3Server } from "../../dev/s3-server";

/** Orders in which stores list that are not that of the keys' bytes. */
export const orders: Readonly<Record<string, (key: string) => string>> = {
  // A gateway that walks a tree of files: all of a folder comes before what is named like it, and goes on otherwise.
  "of folders": (key) => key.replaceAll("/", "\u0000"),
  "without case": (key) => key.toLowerCase(),
  "of the reverse": (key) => Array.from(key, (one) => String.fromCharCode(0xff - one.charCodeAt(0))).join(""),
};

/** Has a server list a bucket in an order of its own, which it also goes by in what comes after a key. */
export const listInOrder = (
  server: S3Server,
  bucket: string,
  rankOf: (key: string) => string,
  pageSize: number,
): void => {
  const compare = (a: string, b: string): number => (rankOf(a) < rankOf(b) ? -1 : rankOf(a) > rankOf(b) ? 1 : 0);
  const element = (name: string, text: string): string => `<${name}>${text}</${name}>`;
  const entry = (key: string): string =>
    element(
      "Contents",
      element("Key", key) +
        element("LastModified", "2026-01-01T00:00:00.000Z") +
        element("ETag", "&quot;d41d8cd98f00b204e9800998ecf8427e&quot;") +
        element("Size", "1"),
    );
  server.hook(({ operation, query }) => {
    if (operation !== "ListObjectsV2" || query.delimiter) return undefined;
    const after = query["continuation-token"] ?? query["start-after"];
    const all = [...server.keys(bucket, query.prefix ?? "")].sort(compare);
    const rest = after === undefined ? all : all.filter((key) => compare(key, after) > 0);
    const keys = rest.slice(0, Math.min(Number(query["max-keys"] ?? pageSize), pageSize));
    const truncated = keys.length < rest.length;
    const head =
      element("KeyCount", String(keys.length)) +
      element("IsTruncated", String(truncated)) +
      (truncated ? element("NextContinuationToken", keys.at(-1) as string) : "");
    return {
      query: { "continuation-token": undefined, "start-after": undefined },
      body: () => element("ListBucketResult", head + keys.map(entry).join("")),
    };
  });
};
