import type { NodeAPI } from "node-red";
import { browse } from "../core/browse";
import { matches } from "../core/matches";
import { preview } from "../core/preview";
import { listBuckets } from "../core/trial/list-buckets";
import { tryConnection } from "../core/trial/try-connection";
import { type AddPost, adminPosts } from "./admin-post";
import { formSettings, readForm } from "./form-settings";
import { askedText, askedTexts, type Looking, lookIn, type Open, openedForm, openedNode } from "./look";

/** What lies in the store, seen through a connection that `looking` opens: a folder, an object, the buckets. */
const addLooks = (post: AddPost, path: string, permission: string, looking: (body: unknown) => Looking): void => {
  const asked = <More>(read: (body: unknown) => More) => {
    return (body: unknown): Looking & More => ({ ...looking(body), ...read(body) });
  };
  const inBucket = <More>(read: (body: unknown) => More) =>
    asked((body) => ({ bucket: askedText(body, "bucket"), ...read(body) }));
  const paged = (body: unknown) => {
    const token = askedText(body, "token");
    return { starts: askedText(body, "starts"), ...(token ? { token } : {}) };
  };

  post(
    `${path}/browse`,
    permission,
    inBucket((body) => ({ folder: askedText(body, "folder"), ...paged(body) })),
    ({ open, bucket, ...what }, signal) =>
      // The editor knows no credentials that were typed before it was loaded, and the bucket's name is one of them.
      lookIn(open, bucket, signal, async (context) => ({ ...(await browse(context, what)), bucket: context.bucket })),
  );

  post(
    `${path}/matches`,
    permission,
    inBucket((body) => {
      const { caseSensitive, recurse } = body as Record<string, unknown>;
      const how = { caseSensitive: caseSensitive === true, recurse: recurse === true };
      return { folder: askedText(body, "folder"), patterns: askedTexts(body, "patterns"), ...how };
    }),
    ({ open, bucket, ...question }, signal) => lookIn(open, bucket, signal, (context) => matches(context, question)),
  );

  post(
    `${path}/preview`,
    permission,
    inBucket((body) => ({ file: askedText(body, "path") })),
    ({ open, bucket, file }, signal) => lookIn(open, bucket, signal, (context) => preview(context, file)),
  );

  post(`${path}/buckets`, permission, asked(paged), ({ open, ...what }, signal) =>
    open(signal, (connection, ending) => listBuckets(connection, what, ending)),
  );
};

/**
 * Adds what the forms ask of the server. None gives a secret away. Hosts that no deployed connection names are asked
 * for those alone who could deploy one.
 */
export const addAdminRoutes = (RED: NodeAPI): void => {
  const post = adminPosts(RED);
  const opened = (open: Open): Looking => ({ open });

  post(
    "/connection/try",
    "amazon-s3.write",
    (body) => ({ form: readForm(body), probe: (body as { probe?: unknown }).probe === true }),
    async ({ form, probe }, signal) => ({ findings: await tryConnection(formSettings(RED, form), { probe }, signal) }),
  );
  addLooks(post, "/deployed", "amazon-s3.read", (body) => opened(openedNode(RED, body)));
  addLooks(post, "/connection", "amazon-s3.write", (body) => opened(openedForm(RED, body)));
};
