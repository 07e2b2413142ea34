import { head } from "../core/head";
import { checkObjectPath, keyOf } from "../core/key";
import { type About, type Context, operation } from "../core/operation";
import { choice, requiredText } from "../core/parameter";
import { pages } from "../core/walk";

/** A folder is there if its marker is, or anything below it. */
const anythingBelow = async (context: Context, prefix: string): Promise<About | undefined> => {
  for await (const page of pages(context, { prefix, pageSize: 1, question: true, onDemand: true }))
    if (page.objects.length > 0) return {};
  return undefined;
};

/** Says whether an object or a folder is there. */
export const exist = operation({
  type: "amazon-s3-exist",
  label: "exist",
  icon: "amazon-s3-exist.svg",
  lead: "Says whether an object or a folder exists.",
  output:
    "<code>true</code> or <code>false</code>. With two outputs, the message leaves by the first if the object was found and by the second if it is missing. <code>msg.s3</code> has its size, ETag, date, content type and metadata.",
  details: [
    "A path without a <code>/</code> at its end is exactly that object. With one, such as <code>reports/</code>, the answer is whether anything is there or below.",
    "Only a missing object is <code>false</code>. A missing bucket, a lacking permission or a network that is down is an error, which a Catch node gets: it is not known then whether the object exists.",
  ],
  permissions: [
    { action: "s3:GetObject", why: "to look at the object" },
    { action: "s3:ListBucket", why: "for folders, and to tell a missing object from a forbidden one" },
  ],
  references: [{ title: "HeadObject", url: "https://docs.aws.amazon.com/AmazonS3/latest/API/API_HeadObject.html" }],
  parameters: {
    path: requiredText({
      label: "Path",
      icon: "file-o",
      text: "the object to look for; with a <code>/</code> at the end, a folder",
      placeholder: "reports/2026/may.csv",
    }),
  },
  settings: {
    outputs: choice({ 1: "one output for both answers", 2: "found leaves by the first, missing by the second" }, "1", {
      label: "Ports",
      icon: "random",
      text: "the node's outputs",
    }),
  },
  async run({ path, outputs }, context) {
    checkObjectPath(path);
    const key = keyOf(context.connection, path);
    const about = path.endsWith("/") ? await anythingBelow(context, key) : await head(context, key);
    const port = outputs === "2" && !about ? 1 : 0;
    return { result: about !== undefined, about: about ?? {}, port };
  },
});
