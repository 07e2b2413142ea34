import type { NodeAPI } from "node-red";
import { browse } from "../core/browse";
import { matches } from "../core/matches";
import { preview } from "../core/preview";
import { listBuckets } from "../core/trial/list-buckets";
import { tryConnection } from "../core/trial/try-connection";
import { type AddPost, adminPosts, type Permission } from "./admin-post";
import { formSettings, readForm } from "./form-settings";
import { askedText, askedTexts, type Looking, lookIn, openedForm, openedNode } from "./look";

/**
 * What lies in the store, seen through a connection that `looking` opens: a folder, an object, the buckets. Who has the
 * `permission` sees the names in the connection's own bucket; all else is for those who may deploy, who could make a
 * flow that shows it.
 */
const addLooks = (post: AddPost, path: string, permission: Permission, looking: (body: unknown) => Looking): void => {
  const asked = <More>(read: (body: unknown) => More) => {
    return (body: unknown): Looking & More => ({ ...looking(body), ...read(body) });
  };
  const inBucket = <More>(read: (body: unknown) => More) =>
    asked((body) => ({ bucket: askedText(body, "bucket"), ...read(body) }));
  const always = (): Permission => "amazon-s3.write";
  const elsewhere = ({ own, bucket }: Looking & { bucket: string }) =>
    bucket === "" || bucket === own ? undefined : always();
  const paged = (body: unknown) => {
    const token = askedText(body, "token");
    return { starts: askedText(body, "starts"), ...(token ? { token } : {}) };
  };

  post(
    `${path}/browse`,
    permission,
    inBucket((body) => ({ folder: askedText(body, "folder"), ...paged(body) })),
    ({ open, own, bucket, ...what }, signal) =>
      // The editor knows no credentials that were typed before it was loaded, and the bucket's name is one of them.
      lookIn(open, bucket, signal, async (context) => ({ ...(await browse(context, what)), bucket: context.bucket })),
    elsewhere,
  );

  post(
    `${path}/matches`,
    permission,
    inBucket((body) => {
      const { caseSensitive, recurse, entries } = body as Record<string, unknown>;
      const what: "files" | "folders" | "all" = entries === "folders" || entries === "all" ? entries : "files";
      const how = { caseSensitive: caseSensitive === true, recurse: recurse === true, entries: what };
      return { folder: askedText(body, "folder"), patterns: askedTexts(body, "patterns"), ...how };
    }),
    ({ open, own, bucket, ...question }, signal) =>
      lookIn(open, bucket, signal, (context) => matches(context, question)),
    elsewhere,
  );

  post(
    `${path}/preview`,
    permission,
    inBucket((body) => ({ file: askedText(body, "path") })),
    ({ open, bucket, file }, signal) => lookIn(open, bucket, signal, (context) => preview(context, file)),
    always,
  );

  post(
    `${path}/buckets`,
    permission,
    asked(paged),
    ({ open, own, ...what }, signal) => open(signal, (connection, ending) => listBuckets(connection, what, ending)),
    always,
  );
};

/**
 * Adds what the forms ask of the server. None gives a secret away. Hosts that no deployed connection names are asked
 * for those alone who could deploy one. So are objects, and buckets that no connection names.
 */
export const addAdminRoutes = (RED: NodeAPI): void => {
  const post = adminPosts(RED);

  post(
    "/connection/try",
    "amazon-s3.write",
    (body) => ({ form: readForm(body), probe: (body as { probe?: unknown }).probe === true }),
    async ({ form, probe }, signal) => ({ findings: await tryConnection(formSettings(RED, form), { probe }, signal) }),
  );
  addLooks(post, "/deployed", "amazon-s3.read", (body) => openedNode(RED, body));
  addLooks(post, "/connection", "amazon-s3.write", (body) => openedForm(RED, body));
};
