import { head } from "./head";
import type { About, Context } from "./operation";
import { statusOf } from "./to-error";
import { pages } from "./walk";

/**
 * Whether a listing shows this version of a key. S3 answers a HEAD of a delete marker with 405; Ceph (16.2 to 20.2)
 * answers 404, as if there were nothing, and only its listing tells. Where that may not be listed, or
 * cannot be, it is not there.
 */
const versionIsListed = async (context: Context, key: string, versionId: string): Promise<boolean> => {
  try {
    for await (const { objects } of pages(context, { prefix: key, versions: true, question: true })) {
      for (const object of objects) {
        // Keys come in the order of their bytes, and a prefix before what it begins.
        if (object.key !== key) return false;
        if (object.versionId === versionId) return true;
      }
    }
  } catch (error) {
    if (![403, 405, 501].includes(statusOf(error) ?? 0)) throw error;
  }
  return false;
};

/** What there is of an object, or of one version; a delete marker, of which some stores tell in listings alone, is one too. */
export const versionAt = async (context: Context, key: string, versionId: string): Promise<About | undefined> => {
  const about = await head(context, key, versionId);
  if (about || versionId === "" || !(await versionIsListed(context, key, versionId))) return about;
  return { versionId, deleteMarker: true };
};
