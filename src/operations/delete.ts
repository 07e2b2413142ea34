import { DeleteObjectCommand } from "@aws-sdk/client-s3";
import { followCount } from "../core/count-progress";
import { invalid, missing, shown } from "../core/error";
import { createFailedList, failedOf } from "../core/failed-list";
import { type Given, givenPaths, openGiven, verify } from "../core/given/given";
import { givenBelow, mayGo, type Told } from "../core/given/given-below";
import { noSuchObject } from "../core/head";
import { checkObjectPath, checkVersionId, keyOf, pathOf } from "../core/key";
import { type Context, operation, type Single } from "../core/operation";
import { choice, text, texts } from "../core/parameter";
import { brokenOff, deletedBefore, type Failed, partialFailure, toldOf } from "../core/partial";
import type { Trouble } from "../core/remove";
import { removeAll } from "../core/remove-all";
import { createSelector, type Selection, type Selector } from "../core/selector";
import { stopped, untilStopped } from "../core/until-stopped";
import { versionAt } from "../core/version-at";
import { failureOutputs, tellingFailures } from "./failure-output";
import {
  listingDetails,
  listingJoins,
  listingParameters,
  listingReference,
  sequenceDetails,
  withListing,
} from "./listing-parameters";
import { isGiven, refuseEmpty, selectorDetails, selectorNames, selectorParameters } from "./selector-parameters";
import { sequenceSettings } from "./sequence-settings";

const deleteOne = async (context: Context, path: string, versionId: string, mustExist: boolean): Promise<Single> => {
  const { connection, bucket, signal, stop } = context;
  const key = keyOf(connection, path);
  const isThere = !stop?.aborted && (await versionAt(context, key, versionId));
  if (stop?.aborted) return { result: { path, deleted: false, ...stopped(context) }, about: {} };
  if (!isThere) {
    if (mustExist) throw noSuchObject(context, path, versionId);
    return { result: { path, deleted: false }, about: {} };
  }
  const version = versionId ? { VersionId: versionId } : {};
  const answer = await connection.send(new DeleteObjectCommand({ Bucket: bucket, Key: key, ...version }), signal);
  const told = {
    ...(answer.VersionId ? { versionId: answer.VersionId } : {}),
    ...(answer.DeleteMarker ? { deleteMarker: true } : {}),
  };
  const requestId = answer.$metadata.requestId ? { requestId: answer.$metadata.requestId } : {};
  return { result: { path, deleted: true, ...told }, about: { ...told, ...requestId } };
};

/** The counts of a delete of many. */
interface Counts {
  deleted: number;
  missing: number;
  failed: Failed[];
  /** Of all that failed, where they are more than `failed` lists. */
  failedCount?: number;
  /** Of a listing: objects that are others by now. */
  changed?: number;
  /** Of a listing: what does not lie below the connection's root path. */
  outside?: number;
  /** It was told to stop, and there may be more. */
  stopped?: true;
}

/** What is to be deleted of many. */
interface Many {
  given: Given;
  /** What errors tell of it. */
  path: string | readonly string[];
  /** Which of a listing; of an array of paths, there is none. */
  selector?: Selector;
  mustExist: boolean;
}

/**
 * Deletes what an array or a listing names. All of it is asked for first, since DeleteObjects does not tell what was
 * missing.
 * @param tellFailed is given each object that is still there, as soon as that is known
 */
const deleteMany = async (
  context: Context,
  { given, path, selector, mustExist }: Many,
  tellFailed?: (failed: Failed) => void,
): Promise<Single> => {
  const { connection } = context;
  const listed = selector !== undefined;
  const count = { deleted: 0, missing: 0 };
  const left = { changed: 0, outside: 0 };
  let unknown = 0;
  const failed = createFailedList(tellFailed, listed ? undefined : Number.POSITIVE_INFINITY);
  const fail = (key: string, { code, message }: Trouble): void =>
    failed.add({ path: pathOf(connection, key), code, message });
  const told: Told = {
    missing(key) {
      count.missing++;
      if (mustExist) fail(key, noSuchObject(context, pathOf(connection, key)));
    },
    refused(key, error) {
      const path = pathOf(connection, key);
      fail(key, toldOf(context, { operation: "delete", path }, error));
    },
    changed: () => left.changed++,
    outside: () => left.outside++,
  };
  const result = (): Counts => ({
    ...count,
    ...failedOf(failed),
    ...(unknown > 0 ? { unknown } : {}),
    ...(listed ? left : {}),
    ...stopped(context),
  });
  const tell = followCount("deleted", context.progress);
  const which = selector ?? createSelector({});
  const prefix = connection.settings.rootPath;
  // What is another object than a listing says stays.
  const meant = { given, prefix, versions: false, selector: which, wantsName: mayGo(which), fresh: true };
  try {
    if (listed) await verify(context, given);
    const found = untilStopped(context, (until) => givenBelow(until, meant, told));
    await removeAll(
      context,
      found,
      {
        ended({ key }, trouble) {
          if (trouble) fail(key, trouble);
          else count.deleted++;
          tell(count.deleted);
        },
        doubted: (more) => (unknown += more),
      },
      listed,
    );
  } catch (error) {
    throw brokenOff(context, { operation: "delete", path }, error, result(), deletedBefore(count.deleted, unknown));
  }
  if (failed.count > 0) {
    const all = count.deleted + failed.count + left.changed + (mustExist ? 0 : count.missing);
    throw partialFailure("deleted", failed.listed, all, result(), failed.count);
  }
  return { result: result(), about: {} };
};

/** What decides what is to go. */
interface Order extends Selection {
  path?: string | readonly string[] | undefined;
  versionId: string;
}

/** Refuses what says beside a listing what is to go; gives what selects among what it names. */
const selectorOf = (order: Order): Selector => {
  const { path, versionId } = order;
  if (path !== undefined) throw withListing("path", path, "give one of both; Path in the node may be an empty string");
  if (versionId) throw withListing("versionId", versionId, "it names the objects; leave one of them out");
  refuseEmpty(order);
  return createSelector(order);
};

/** Refuses what would select, where a path says what is to go: it must not be taken for what nothing was said of. */
const refuseBesidePath = (order: Order): void => {
  for (const name of selectorNames) {
    const value = order[name];
    if (!isGiven(value)) continue;
    // A message with an entry of the list node has its class beside its path: a fact, and no wish.
    if (name === "storageClass" && typeof order.path === "string") continue;
    const way = "leave it out, or name the objects by a listing in place of path";
    throw invalid(name, `${shown(value)} selects among what a listing names, and there is a path: ${way}`);
  }
};

/** Deletes one object, one version of it, or many objects. */
export const deleteOperation = operation({
  type: "amazon-s3-delete",
  label: "delete",
  icon: "amazon-s3-delete.svg",
  lead: "Deletes an object, or every object of an array of paths or of a listing.",
  output:
    "for one path <code>{ path, deleted, versionId, deleteMarker }</code>; for an array the counts <code>{ deleted, missing, failed }</code>, where <code>failed</code> holds <code>{ path, code, message }</code> for each object that is still there.",
  details: [
    "A path is one object. <code>logs/</code> deletes the marker of that folder and nothing below it; to empty a folder, use the <b>purge</b> node.",
    "An array is deleted in batches of 1,000. If any of its objects fails, the message goes to a Catch node with the code <code>PartialFailure</code>, and the counts are in <code>msg.error.cause.result</code>. A path that is named twice counts once. With two outputs, each object that is still there leaves by the second as a message of its own, as soon as it is known. If the work breaks off, the error tells why, and <code>unknown</code> in the result is the number of objects that were being deleted just then, of which nobody knows whether they are gone.",
    "A message with a <code>msg.reset</code> that is true ends all deletions of this node where they are, and is not sent on; with <i>Sequence</i>, one that has a <code>msg.parts.id</code> ends that of this sequence alone. What is under way ends first, so that the result says exactly how far it came; it has <code>stopped: true</code>.",
    "In a bucket with versioning, deleting hides the object behind a delete marker and its versions stay. With a version, that one version is deleted for good.",
    ...listingDetails,
    ...sequenceDetails,
    "A <i>Listing</i> is read to its end before anything is deleted. The result has <code>changed</code> and <code>outside</code> besides: what is another object by now than a listing with ETags, sizes, times or versions says stays, and so does what lies outside of the connection's root path. Old versions and delete markers in it are passed over. <code>failed</code> holds the first 1,000, and <code>failedCount</code> says how many they are.",
    "<i>Filter</i>, <i>Expression</i> and the other selectors are for a <i>Listing</i>: of what it names, only what passes all of them is deleted; what else it names counts nowhere. The folder that they speak of is the whole bucket, or the connection's root path. Beside a <i>Path</i> they are <code>InvalidParameter</code>; but a class beside a single path is passed over, since an entry of the <b>list</b> node has its own. By a folder, and as a dry run, objects are selected by the <b>purge</b> node.",
    ...selectorDetails,
  ],
  permissions: [
    { action: "s3:DeleteObject", why: "to delete" },
    { action: "s3:GetObject", why: "to see whether the object is there, and to read a listing" },
    { action: "s3:ListBucket", why: "to tell a missing object from a forbidden one" },
    { action: "s3:DeleteObjectVersion", why: "only with a version", extra: true },
    { action: "s3:GetObjectVersion", why: "only with a version", extra: true },
    {
      action: "s3:ListBucketVersions",
      why: "only with the version of a delete marker, at stores that do not show it otherwise",
      extra: true,
    },
  ],
  references: [
    listingReference,
    {
      title: "Deleting Amazon S3 objects",
      url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeletingObjects.html",
    },
    {
      title: "Working with delete markers",
      url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/DeleteMarker.html",
    },
  ],
  parameters: {
    path: texts({
      label: "Path",
      icon: "file-o",
      unless: "listing",
      text: "the path of the object to delete, or an array of paths",
      placeholder: "reports/2026/may.csv",
      fallbackText: "what <i>Listing</i> names; one of both must be there",
    }),
    ...listingParameters("in place of <i>Path</i>, what to delete"),
    ...selectorParameters({
      text: "with <i>Listing</i>, a glob or an array of globs: of what it names, only what matches goes",
      example: "**/*.tmp",
    }),
    versionId: text({
      label: "Version",
      icon: "history",
      literal: "",
      text: "delete this one version for good; only with a single path",
      fallbackText: "the current one",
    }),
    ifMissing: choice({ error: "fail with <code>NoSuchKey</code>", ignore: "go on" }, "error", {
      label: "If missing",
      icon: "question-circle-o",
      literal: "error",
      text: "what to do about an object that does not exist",
    }),
  },
  settings: {
    ...sequenceSettings("take the messages of a sequence together as one listing"),
    outputs: failureOutputs,
  },
  joins: listingJoins("deleted", selectorOf),
  stops: true,
  paths: ({ path = [] }) => (typeof path === "string" ? [path] : path),
  async run(values, context) {
    const { path, versionId, ifMissing, listing, listingBucket, outputs } = values;
    const mustExist = ifMissing === "error";
    const many = (what: Omit<Many, "mustExist">): Promise<Single> =>
      tellingFailures(context, outputs, (told) => deleteMany(context, { ...what, mustExist }, told));
    if (listing !== undefined) {
      const selector = selectorOf(values);
      const given = openGiven(context, listing, listingBucket, false);
      return many({ given, path: typeof listing === "string" ? listing : "", selector });
    }
    if (path === undefined) throw missing("path", "give one, or a listing");
    refuseBesidePath(values);
    if (typeof path === "string") {
      checkObjectPath(path);
      checkVersionId(versionId);
      return deleteOne(context, path, versionId, mustExist);
    }
    if (versionId) throw invalid("versionId", "goes with a single path, and path is an array");
    path.forEach((one, index) => {
      checkObjectPath(one, `path[${index}]`);
    });
    return many({ given: givenPaths(path), path });
  },
});
