import type { Listed } from "./reply-pages";

/**
 * Tells of each entry of a listing of versions, in its order, whether it is to stay: what is current of each key, its newest
 * versions, and the delete markers between them. A store that lists a key's versions in another order than S3, the newest
 * first, has none of them deleted that is newer than what stays.
 * @param count of versions, 1 or more; delete markers do not count
 */
export const newestOf = (count: number): ((entry: Listed) => boolean) => {
  let key: string | undefined;
  let versions = 0;
  let oldest: string | undefined;
  return (entry) => {
    const isFirst = entry.key !== key;
    if (isFirst) {
      key = entry.key;
      versions = 0;
      oldest = undefined;
    }
    const { lastModified, deleteMarker, isLatest } = entry;
    const stays =
      isFirst ||
      isLatest === true ||
      versions < count ||
      oldest === undefined ||
      lastModified === undefined ||
      lastModified > oldest;
    if (!deleteMarker && versions < count) {
      versions++;
      oldest = lastModified;
    }
    return stays;
  };
};
