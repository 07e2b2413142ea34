import { head } from "../head";
import type { About, Context } from "../operation";
import type { Listed } from "../reply-pages";
import { forEachOf } from "../side-by-side";
import { statusOf } from "../to-error";
import type { Named } from "./named";

/** Told of what is not as a listing says. */
export interface Differences {
  /** It is not there any more. */
  missing(key: string): void;
  /** What is there is another one by now. */
  changed(key: string): void;
  /** It may not be looked at; without this, nothing is done then. */
  refused?(key: string, error: unknown): void;
}

/** What stands there now. S3 tells no class of what is STANDARD (API_HeadObject). */
const factsOf = ({ key, versionId, isLatest }: Named, about: About): Listed => {
  const { size = 0, lastModified, etag, storageClass = "STANDARD" } = about as Partial<Listed>;
  return {
    key,
    size,
    storageClass,
    ...(lastModified === undefined ? {} : { lastModified }),
    ...(etag === undefined ? {} : { etag }),
    ...(versionId === undefined ? {} : { versionId }),
    ...(isLatest === undefined ? {} : { isLatest }),
    ...(about.deleteMarker ? { deleteMarker: true as const } : {}),
  };
};

/** HEAD tells no parts of a second. */
const second = 1000;

/** Whether what stands there is all that the listing says. */
const isTheSame = (named: Named, about: About): boolean => {
  const differs = (fact: "etag" | "size" | "versionId"): boolean =>
    named[fact] !== undefined && about[fact] !== undefined && named[fact] !== about[fact];
  if (differs("etag") || differs("size") || differs("versionId")) return false;
  const apart = Math.abs(Date.parse(named.lastModified ?? "") - Date.parse(String(about.lastModified)));
  return !(apart >= second);
};

/**
 * Asks what stands there now, side by side.
 * @param ofVersion whether that of the version that is named is asked for, and not the current object
 * @returns for each what is there; undefined for what is not, or not as the listing says
 * @throws what keeps the question from being answered; also if none of them may be looked at, for the keys may be wrong
 */
export const lookAt = async (
  context: Context,
  named: readonly Named[],
  ofVersion: boolean,
  differences: Differences,
): Promise<(Listed | undefined)[]> => {
  const found = new Array<Listed | undefined>(named.length);
  const refused: { key: string; error: unknown }[] = [];
  await forEachOf(context, named, async (one, index) => {
    const { key, versionId } = one;
    try {
      const about = await head(context, key, ofVersion ? versionId : "");
      if (!about) differences.missing(key);
      else if (!isTheSame(one, about)) differences.changed(key);
      else found[index] = factsOf(one, about);
    } catch (error) {
      if (statusOf(error) !== 403 || !differences.refused) throw error;
      refused.push({ key, error });
    }
  });
  // One forbidden object is its own failure; if all are, the keys of the connection may be at fault.
  if (named.length > 0 && refused.length === named.length) throw refused[0]?.error;
  for (const { key, error } of refused) differences.refused?.(key, error);
  return found;
};
