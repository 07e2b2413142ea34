/** The bucket as it should be: what is known of it without asking the store. */
export interface Version {
  id: string;
  /** A delete marker has none. */
  body: Buffer | undefined;
}

export type Versioning = "off" | "Enabled" | "Suspended";

/** The newest version first; a key without any is not there. */
export type Objects = ReadonlyMap<string, readonly Version[]>;

export interface Bucket {
  versioning: Versioning;
  objects: Objects;
}

/** What becomes of one key. */
export type Change =
  | { key: string; to: "body"; body: Buffer }
  /** As by a delete without a version. */
  | { key: string; to: "gone" }
  /** These versions are deleted for good. */
  | { key: string; to: "without"; ids: readonly string[] };

export const versionsOf = ({ objects }: Bucket, key: string): readonly Version[] => objects.get(key) ?? [];

/** What a read without a version gets. */
export const bodyOf = (bucket: Bucket, key: string): Buffer | undefined => versionsOf(bucket, key)[0]?.body;

const byBytes = (a: string, b: string): number => Buffer.compare(Buffer.from(a), Buffer.from(b));

/** The keys that have an object now, in the order of their bytes. */
export const keysOf = (bucket: Bucket): string[] =>
  [...bucket.objects.keys()].filter((key) => bodyOf(bucket, key) !== undefined).sort(byBytes);

/** The keys that have a version or a delete marker. */
export const allKeysOf = ({ objects }: Bucket): string[] => [...objects.keys()].sort(byBytes);
