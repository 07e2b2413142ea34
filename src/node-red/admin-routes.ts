import type { NodeAPI } from "node-red";
import { browse } from "../core/browse";
import { browseDisk } from "../core/local/browse-disk";
import { matches, type Question } from "../core/matches";
import type { Context } from "../core/operation";
import { preview } from "../core/preview";
import { listBuckets } from "../core/trial/list-buckets";
import { tryConnection } from "../core/trial/try-connection";
import { type AddPost, adminPosts, type Permission } from "./admin-post";
import { formSettings, readForm } from "./form-settings";
import { askedText, askedTexts, type Looking, lookIn, openedForm, openedNode } from "./look";
import { workingDirectoryOf } from "./working-directory";

const paged = (body: unknown) => {
  const token = askedText(body, "token");
  return { starts: askedText(body, "starts"), ...(token ? { token } : {}) };
};

const folderIn = (body: unknown) => ({ folder: askedText(body, "folder"), ...paged(body) });

const filterIn = (body: unknown): Question => {
  const { caseSensitive, recurse, entries } = body as Record<string, unknown>;
  return {
    folder: askedText(body, "folder"),
    patterns: askedTexts(body, "patterns"),
    caseSensitive: caseSensitive === true,
    recurse: recurse === true,
    entries: entries === "folders" || entries === "all" ? entries : "files",
  };
};

/**
 * What lies in the store, seen through a connection that `looking` opens: a folder, an object, the buckets. Who has the
 * `permission` sees the names in the connection's own bucket; all else is for those who may deploy, who could make a
 * flow that shows it.
 */
const addLooks = (post: AddPost, path: string, permission: Permission, looking: (body: unknown) => Looking): void => {
  const always = (): Permission => "amazon-s3.write";
  const elsewhere = ({ own, bucket }: Looking & { bucket: string }) =>
    bucket === "" || bucket === own ? undefined : always();
  const inBucket = <What>(
    name: string,
    read: (body: unknown) => What,
    run: (context: Context, what: What) => Promise<object>,
    extra: typeof elsewhere,
  ): void =>
    post(
      `${path}/${name}`,
      permission,
      (body) => ({ ...looking(body), bucket: askedText(body, "bucket"), what: read(body) }),
      ({ open, bucket, what }, signal) => lookIn(open, bucket, signal, (context) => run(context, what)),
      extra,
    );

  inBucket(
    "browse",
    folderIn,
    // The editor knows no credentials that were typed before it was loaded, and the bucket's name is one of them.
    async (context, what) => ({ ...(await browse(context, what)), bucket: context.bucket }),
    elsewhere,
  );
  inBucket("matches", filterIn, matches, elsewhere);
  inBucket("preview", (body) => askedText(body, "path"), preview, always);
  post(
    `${path}/buckets`,
    permission,
    (body) => ({ ...looking(body), what: paged(body) }),
    ({ open, what }, signal) => open(signal, (connection, ending) => listBuckets(connection, what, ending)),
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
  // Who may deploy can make a flow that shows it.
  post("/disk/browse", "amazon-s3.write", folderIn, (what, signal) =>
    browseDisk(workingDirectoryOf(RED), what, signal),
  );
  addLooks(post, "/deployed", "amazon-s3.read", (body) => openedNode(RED, body));
  addLooks(post, "/connection", "amazon-s3.write", (body) => openedForm(RED, body));
};
