import type { NodeAPI } from "node-red";
import { browse } from "../core/browse";
import { matches } from "../core/matches";
import { preview } from "../core/preview";
import { listBuckets } from "../core/trial/list-buckets";
import { tryConnection } from "../core/trial/try-connection";
import { adminPosts } from "./admin-post";
import { formSettings, readForm } from "./form-settings";
import { askedText, askedTexts, lookByForm, lookByNode } from "./look";

/**
 * Adds what the forms ask of the server. None gives a secret away. Hosts that no deployed connection names are asked
 * for those alone who could deploy one.
 */
export const addAdminRoutes = (RED: NodeAPI): void => {
  const post = adminPosts(RED);

  post("/connection/buckets", "amazon-s3.write", async (body, signal) => ({
    buckets: await listBuckets(formSettings(RED, readForm(body)), signal),
  }));

  post("/connection/try", "amazon-s3.write", async (body, signal) => {
    const form = readForm(body);
    const { probe } = body as { probe?: unknown };
    return { findings: await tryConnection(formSettings(RED, form), { probe: probe === true }, signal) };
  });

  for (const [path, permission, look] of [
    ["/deployed", "amazon-s3.read", lookByNode],
    ["/connection", "amazon-s3.write", lookByForm],
  ] as const) {
    post(`${path}/browse`, permission, (body, signal) => {
      const token = askedText(body, "token");
      const what = { folder: askedText(body, "folder"), starts: askedText(body, "starts") };
      return look(RED, body, signal, (context) => browse(context, { ...what, ...(token ? { token } : {}) }));
    });

    post(`${path}/matches`, permission, (body, signal) => {
      const { caseSensitive, recurse } = body as Record<string, unknown>;
      const how = { caseSensitive: caseSensitive === true, recurse: recurse === true };
      const question = { folder: askedText(body, "folder"), patterns: askedTexts(body, "patterns"), ...how };
      return look(RED, body, signal, (context) => matches(context, question));
    });

    post(`${path}/preview`, permission, (body, signal) => {
      const file = askedText(body, "path");
      return look(RED, body, signal, (context) => preview(context, file));
    });
  }
};
