import { checkEncoding, encodingGroups } from "../core/encoding";
import { invalid } from "../core/error";
import { caveatOf } from "../core/guarded";
import { checkObjectPath } from "../core/key";
import { type About, type Context, operation, type Single } from "../core/operation";
import { choice, flag, requiredData, requiredText, text } from "../core/parameter";
import { type Failed, partialFailure, toldOf } from "../core/partial";
import { forEachOf } from "../core/side-by-side";
import { type How, type Outcome, prepare, prepareMany, type Ready, writeReady } from "../core/writing";
import { keeping } from "./keeping";
import { sequenceSettings } from "./sequence-settings";

/** Objects of the same path, in their order: they must not overtake one another. */
const byPath = (all: readonly Ready[]): { ready: Ready; index: number }[][] => {
  const groups = new Map<string, { ready: Ready; index: number }[]>();
  all.forEach((ready, index) => {
    const group = groups.get(ready.path) ?? [];
    group.push({ ready, index });
    groups.set(ready.path, group);
  });
  return [...groups.values()];
};

/** The paths of the entries for a folder; one that has none is refused when it is looked at. */
const pathsBelow = (folder: string, data: readonly unknown[]): string[] =>
  data.flatMap((entry) => {
    try {
      const path = (entry as { path?: unknown } | null | undefined)?.path;
      return typeof path === "string" ? [folder + path] : [];
    } catch {
      return [];
    }
  });

/** Writes all, whatever becomes of each. */
const writeAll = async (context: Context, all: readonly Ready[], how: How): Promise<Single> => {
  const result: (Outcome | (Failed & { written: false }))[] = [];
  const about: About = {};
  let count = 0;
  await forEachOf(context, byPath(all), async (group) => {
    for (const { ready, index } of group) {
      const { path } = ready;
      try {
        const done = await writeReady(context, ready, how);
        result[index] = done.result;
        if (done.about.atomic === false) about.atomic = false;
      } catch (error) {
        if (context.signal.aborted) throw error;
        result[index] = { path, written: false, ...toldOf(context, { operation: "write", path }, error) };
      }
      context.progress(`${++count} of ${all.length}`);
    }
  });
  const failed = result.filter((outcome) => "code" in outcome);
  if (failed.length > 0) throw partialFailure("written", failed, all.length, result);
  return { result, about };
};

/** Writes an object, or several below a folder. */
export const write = operation({
  type: "amazon-s3-write",
  label: "write",
  icon: "amazon-s3-write.svg",
  lead: "Writes an object to a bucket. Without <i>Overwrite</i> it never replaces one that exists.",
  output:
    "<code>{ path, size, etag, versionId, written }</code>; <code>written</code> is <code>false</code> if it was skipped. For an array of data, an array of them.",
  details: [
    "Buffers are written as they are, strings as text, numbers and booleans as their text, objects and arrays as JSON, and streams as they come, whatever their length. Nothing is guessed: a string that looks like base64 stays text, unless <i>Encoding</i> says <code>base64</code>.",
    "A path that ends with <code>/</code> takes an array of <code>{ path, data, contentType }</code>, and writes each below that folder. All are tried; if some fail, the message goes to a Catch node with the code <code>PartialFailure</code>.",
    "Without <i>Overwrite</i> the check and the writing are one step in the store (<code>If-None-Match</code>), so that of two flows writing the same path at the same time exactly one succeeds. Where the store does not do that (see <i>Write guard</i> in the help of the connection), the node looks first and then writes; <code>msg.s3.atomic</code> is <code>false</code> then, since another program may have come in between.",
    "With <i>If ETag is</i>, an object is replaced only while it is still the one that was read: read it, change it, and write it with the ETag of the read. If somebody else was faster, the error is <code>ObjectChanged</code>: read again. The check is made by the store in the same step (<code>If-Match</code>) on AWS; elsewhere the node looks first, and <code>msg.s3.atomic</code> is <code>false</code>.",
    "<i>rename</i> writes <code>name (1).ext</code> when <code>name.ext</code> exists; the path it chose is in the result.",
    "<i>Sequence</i> joins the messages of a sequence (<code>msg.parts</code>) into one object, with <code>msg.parts.ch</code> between them where it is set. Path and options come from the first message; the last goes out with the result. If it fails, nothing is written.",
    "<i>Compress</i> sets the <code>Content-Encoding</code>, by which browsers, and a read node with <i>Decompress</i>, unpack the object again; its type stays that of the data. A path that ends with <code>.gz</code>, <code>.br</code> or <code>.zst</code> gets none: it is a compressed file, which is saved as it is. <code>size</code> is that of what is stored. It does not go with <i>Packed as</i>, which is for data that were compressed before.",
    "A sequence is given up when its next message does not come within the <i>Time limit</i>, and by a message with <code>msg.reset</code>, whatever its value: the sequence with its <code>msg.parts.id</code>, or all that are open where it has none. Nothing is written then, and nothing is left in the store. The first message that waits gets the error, <code>Timeout</code> or <code>Aborted</code>; where none waits, a Catch node gets <code>Timeout</code> with the last that came. The message with <code>msg.reset</code> is not sent on. A sequence whose messages have all come is written in any case.",
  ],
  permissions: [
    { action: "s3:PutObject", why: "to write" },
    { action: "s3:GetObject", why: "to look at what exists, without <i>Overwrite</i>" },
    {
      action: "s3:ListBucket",
      why: "to tell a missing object from a forbidden one, and to find a free name for <i>rename</i>",
    },
    { action: "s3:PutObjectTagging", why: "only with tags", extra: true },
    { action: "s3:AbortMultipartUpload", why: "to clear up when a large upload fails" },
  ],
  references: [
    { title: "PutObject", url: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_PutObject.html" },
    {
      title: "Conditional writes",
      url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/conditional-writes.html",
    },
    { title: "Storage classes", url: "https://docs.aws.amazon.com/AmazonS3/latest/userguide/storage-class-intro.html" },
  ],
  parameters: {
    path: requiredText({
      label: "Path",
      icon: "file-o",
      text: "the object to write; with a <code>/</code> at the end, the folder for an array of data",
      placeholder: "reports/2026/may.csv",
    }),
    data: requiredData({
      label: "Data",
      icon: "database",
      text: "what to write: text, Buffer, number, object, array or stream",
    }),
    overwrite: flag(false, { label: "Overwrite", icon: "refresh", text: "replace an object that exists" }),
    onConflict: choice(
      {
        error: "fail with <code>ObjectExists</code>",
        skip: "leave it, and go on",
        rename: "write <code>name (1).ext</code>",
      },
      "error",
      {
        label: "If it exists",
        icon: "exclamation-triangle",
        literal: "error",
        text: "what to do about an object that is there already, without <i>Overwrite</i>",
      },
    ),
    ifMatch: text({
      label: "If ETag is",
      icon: "handshake-o",
      literal: "",
      text: "write only if the object still has this ETag, such as <code>msg.s3.etag</code> of what was read; else fail with <code>ObjectChanged</code>",
      fallbackText: "whatever is there",
    }),
    compress: choice(
      {
        none: "as they are",
        gzip: "which every browser and program unpacks",
        brotli: "smaller, for browsers",
        zstd: "faster, with Node.js 22.15 or later",
      },
      "none",
      { label: "Compress", icon: "compress", literal: "none", text: "compress the data on their way" },
    ),
    contentType: keeping.contentType,
    metadata: keeping.metadata,
    tags: keeping.tags,
    storageClass: keeping.storageClass,
    cacheControl: keeping.cacheControl,
    contentDisposition: text({
      label: "Save as",
      icon: "download",
      literal: "",
      text: "the name under which browsers save it",
      example: 'attachment; filename="may.csv"',
      fallbackText: "none",
    }),
    contentEncoding: text({
      label: "Packed as",
      icon: "file-archive-o",
      literal: "",
      text: "how the data was compressed already",
      example: "gzip",
      fallbackText: "none",
    }),
    encryption: keeping.encryption,
    kmsKeyId: keeping.kmsKeyId,
  },
  settings: {
    encoding: text({
      label: "Encoding",
      icon: "language",
      groups: encodingGroups,
      literal: "utf8",
      text: "of data that is a string",
    }),
    ...sequenceSettings("join the messages of a sequence into one object"),
  },
  joins: { parameter: "data", setting: "sequence", timeout: "sequenceTimeout", done: "written" },
  paths: ({ path, data }) => (path.endsWith("/") && Array.isArray(data) ? pathsBelow(path, data) : [path]),
  async run(values, context) {
    const { path, data } = values;
    checkObjectPath(path);
    checkEncoding(values.encoding);
    if (values.ifMatch !== "" && path.endsWith("/"))
      throw invalid("ifMatch", "goes with a single object, and the path ends with /");
    const done = path.endsWith("/")
      ? await writeAll(context, prepareMany(context, path, data, values), values)
      : await writeReady(context, prepare(context, path, data, values), values);
    return { ...done, caveat: caveatOf(done.about, context) };
  },
});
