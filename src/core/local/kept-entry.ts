/** Entries of an object's metadata that programs leave there about the file. */

/** S3 gives names in small letters, but not every store does. */
export const entryOf = (metadata: Readonly<Record<string, string>>, name: string): string | undefined =>
  Object.entries(metadata).find(([own]) => own.toLowerCase() === name)?.[1];

/** What s3cmd keeps under a name: it puts all of it into one entry, such as `md5:…/mtime:1700000000/uid:0`. */
export const s3cmdAttribute = (metadata: Readonly<Record<string, string>>, name: string): string | undefined =>
  entryOf(metadata, "s3cmd-attrs")
    ?.split("/")
    .find((part) => part.startsWith(`${name}:`))
    ?.slice(name.length + 1);
