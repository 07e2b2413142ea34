import { lookAtEach } from "../look-at-each";
import type { About, Context } from "../operation";
import type { Listed } from "../reply-pages";
import { versionAt } from "../version-at";
import type { Named } from "./named";

/** Told of what is not as a listing says. */
export interface Differences {
  /** It is not there any more. */
  missing(key: string): void;
  /** What is there is another one by now. */
  changed(key: string): void;
  /** It may not be looked at; without this, that ends the work. Gives what is told of it in its place, if anything is. */
  refused?(key: string, error: unknown): Listed["failed"];
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

/** What is known of what may not be looked at. */
const unknown = ({ key, versionId, isLatest }: Named, failed: NonNullable<Listed["failed"]>): Listed => ({
  key,
  size: 0,
  failed,
  ...(versionId === undefined ? {} : { versionId }),
  ...(isLatest === undefined ? {} : { isLatest }),
});

/** Whether what stands there is a delete marker where the listing says an object, or the other way round. */
const isOtherKind = ({ deleteMarker, size, etag }: Named, about: About): boolean => {
  const isMarker = about.deleteMarker === true;
  if (deleteMarker !== undefined) return deleteMarker !== isMarker;
  return isMarker && (size !== undefined || etag !== undefined);
};

/** Whether what stands there is all that the listing says. */
const isTheSame = (named: Named, about: About): boolean => {
  if (isOtherKind(named, about)) return false;
  const differs = (fact: "etag" | "size" | "versionId"): boolean =>
    named[fact] !== undefined && about[fact] !== undefined && named[fact] !== about[fact];
  if (differs("etag") || differs("size") || differs("versionId")) return false;
  const apart = Math.abs(Date.parse(named.lastModified ?? "") - Date.parse(String(about.lastModified)));
  return !(apart >= second);
};

interface Question {
  named: Named;
  found: Listed | undefined;
}

/**
 * Asks what stands there now, a batch after the other, and side by side within each.
 * @param ofVersion whether that of the version that is named is asked for, and not the current object
 * @returns gives for each what is there; undefined for what is not, or not as the listing says. It throws what keeps the
 *   question from being answered; also if none of the first or of many may be looked at (look-at-each.ts)
 */
export const looker = (context: Context, ofVersion: boolean, differences: Differences) => {
  const { refused } = differences;
  const refuse = (question: Question, error: unknown): void => {
    const failed = refused?.(question.named.key, error);
    if (failed) question.found = unknown(question.named, failed);
  };
  const look = lookAtEach<Question>(context, refused && refuse);
  return async (all: readonly Named[]): Promise<(Listed | undefined)[]> => {
    const questions = all.map((named): Question => ({ named, found: undefined }));
    await look(questions, async (question) => {
      const { named } = question;
      const { key, versionId } = named;
      const about = await versionAt(context, key, (ofVersion && versionId) || "");
      if (!about) differences.missing(key);
      else if (!isTheSame(named, about)) differences.changed(key);
      else question.found = factsOf(named, about);
    });
    return questions.map(({ found }) => found);
  };
};
