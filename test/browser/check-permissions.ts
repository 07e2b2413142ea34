import { dirname } from "node:path";
import { hashSync } from "bcryptjs";
import { root } from "../../dev/demo/root";
import { startS3Server } from "../../dev/s3-server";
import { startEditor } from "../../dev/screenshots/editor";
import type { Runtime } from "../package/runtimes";
import { check } from "../support/checks";

const users = [
  { username: "author", permissions: "*" },
  { username: "reader", permissions: "read" },
].map((user) => ({ ...user, password: hashSync(user.username, 4) }));

const routes = ["try", "buckets", "browse", "matches", "preview"];

/** What the forms ask of the server is answered to those alone who may deploy. */
export const checkPermissions = async (runtime: Runtime): Promise<void> => {
  const server = await startS3Server({ buckets: ["docs"] });
  const editor = await startEditor({
    nodeRed: dirname(runtime.nodeRed),
    node: runtime.node,
    root,
    settings: { adminAuth: { type: "credentials", users } },
  });
  const post = (path: string, body: object, headers: Record<string, string> = {}) =>
    fetch(new URL(path, editor.url), {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body: JSON.stringify(body),
    });
  const tokenOf = async (username: string): Promise<string> => {
    const login = { client_id: "node-red-editor", grant_type: "password", scope: "", username, password: username };
    const { access_token } = (await (await post("auth/token", login)).json()) as { access_token: string };
    return `Bearer ${access_token}`;
  };
  const { endpoint, accessKey, secretKey, region } = server;
  const form = {
    id: "new",
    path: "a",
    folder: "",
    patterns: ["*"],
    fields: { auth: "keys", endpoint, accessKey, secretKey, region, bucket: "docs" },
  };
  try {
    for (const route of routes) {
      const path = `amazon-s3/connection/${route}`;
      await check(`${route} is for users who may deploy, and for nobody else`, async () => {
        (await post(path, form)).status.should.equal(401);
        (await post(path, form, { authorization: "Bearer wrong" })).status.should.equal(401);
        (await post(path, form, { authorization: await tokenOf("reader") })).status.should.equal(401);
        server.requests.should.have.length(0);
        (await post(path, form, { authorization: await tokenOf("author") })).status.should.equal(200);
        server.requests.should.not.be.empty();
        server.clear();
      });
      await check(`${route} is no GET, which a page elsewhere could make a browser send`, async () => {
        const authorization = await tokenOf("author");
        const { status } = await fetch(new URL(path, editor.url), { headers: { authorization } });
        status.should.equal(404);
      });
    }
  } finally {
    await editor.stop();
    await server.close();
  }
};
