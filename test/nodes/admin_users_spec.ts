import "should";
import { formFields, postAdmin } from "../support/admin";
import { useAdminUsers } from "../support/admin-users";
import { type Bench, deploy } from "../support/bench";
import { useFreshServer } from "../support/server";

describe("what the editor's users may look at", () => {
  const world = useFreshServer({ buckets: ["bucket", "other"] });
  let bench: Bench;
  const start = async (connection: Record<string, unknown> = {}, credentials: Record<string, string> = {}) => {
    bench = await deploy("read", {}, { server: world.s3, connection, credentials });
    for (const name of ["bucket", "other"]) world.s3.put(name, "docs/a.txt", `text of ${name}`);
    world.s3.clear();
  };
  const post = (path: string, body: object, token?: string) =>
    postAdmin(
      `/amazon-s3/${path}`,
      { id: "s3", folder: "docs", patterns: ["*"], path: "docs/a.txt", ...body },
      { token },
    );
  const forbidden = async (path: string, body: object, token?: string) => {
    const answer = await post(path, body, token);
    answer.status.should.equal(403, `${path} ${JSON.stringify(body)}: ${answer.text}`);
    answer.body.should.eql({ code: "Forbidden", message: "this takes a user of the editor who may deploy" });
    world.s3.requests.should.have.length(0);
  };
  const seen = async (path: string, body: object, token?: string) => {
    const answer = await post(path, body, token);
    answer.status.should.equal(200, `${path} ${JSON.stringify(body)}: ${answer.text}`);
    answer.body.should.not.have.property("refused");
    world.s3.requests.should.not.be.empty();
    world.s3.clear();
  };
  afterEach(() => bench.close());

  describe("where everybody sees the editor", () => {
    useAdminUsers({
      anonymous: "read",
      reader: "read",
      own: ["amazon-s3.read"],
      writer: "*",
      author: ["read", "write"],
    });

    for (const token of [undefined, "reader", "own", "unknown"]) {
      describe(`${token ?? "nobody in particular"}, who may only see the editor`, () => {
        it("sees names in the connection's own bucket", async () => {
          await start();
          for (const bucket of [undefined, "", "bucket"])
            for (const path of ["deployed/browse", "deployed/matches"]) await seen(path, { bucket }, token);
        });

        it("sees no other bucket, no object, no list of buckets, and nothing through a form", async () => {
          await start();
          for (const path of ["deployed/browse", "deployed/matches"])
            for (const bucket of ["other", "Bucket", "bucket/", " bucket", "no bucket", "none"])
              await forbidden(path, { bucket }, token);
          for (const path of ["deployed/preview", "deployed/buckets"])
            for (const bucket of [undefined, "bucket", "other"]) await forbidden(path, { bucket }, token);
          const fields = formFields(world.s3);
          for (const what of ["try", "buckets", "browse", "matches", "preview"])
            (await post(`connection/${what}`, { fields }, token)).status.should.equal(401);
          (await post("disk/browse", { folder: "/" }, token)).status.should.equal(401);
          world.s3.requests.should.have.length(0);
        });

        it("sees no bucket of a connection that names none", async () => {
          await start({}, { bucket: "" });
          for (const path of ["deployed/browse", "deployed/matches"])
            await forbidden(path, { bucket: "bucket" }, token);
        });
      });
    }

    for (const token of ["writer", "author"]) {
      it(`shows all of it to ${token}, who may deploy`, async () => {
        await start();
        const fields = formFields(world.s3);
        for (const what of ["buckets", "browse", "matches", "preview"])
          for (const bucket of ["", "bucket", "other"]) {
            await seen(`deployed/${what}`, { bucket }, token);
            await seen(`connection/${what}`, { fields, bucket }, token);
          }
        (await post("disk/browse", { folder: "/" }, token)).body.folders.should.not.be.empty();
      });
    }
  });

  describe("where everybody needs a password", () => {
    useAdminUsers({ reader: "read", nothing: [] });

    it("answers nobody else", async () => {
      await start();
      for (const token of [undefined, "unknown", "nothing"])
        for (const what of ["buckets", "browse", "matches", "preview"]) {
          (await post(`deployed/${what}`, {}, token)).status.should.equal(401);
          world.s3.requests.should.have.length(0);
        }
      await seen("deployed/browse", {}, "reader");
    });
  });
});
