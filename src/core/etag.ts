/** An ETag without its quotes. */
export const plainEtag = (etag: string | undefined): string | undefined => etag?.replaceAll('"', "");
