import "should";
import { formFields, postAdmin } from "../support/admin";
import { type Bench, deploy } from "../support/bench";
import { numbered } from "../support/keys";
import { must } from "../support/must";
import { useFreshServer } from "../support/server";

for (const [kind, route] of [
  ["a deployed connection", "deployed"],
  ["a connection as it stands in a form", "connection"],
] as const) {
  describe(`browsing with ${kind}`, () => {
    const world = useFreshServer({ buckets: ["bucket", "other"] });
    let bench: Bench;
    let root = "";
    const start = async (connection: object = {}) => {
      bench = await deploy("read", {}, { server: world.s3, connection: { rootPath: root, ...connection } });
    };
    const post = (what: string, body: object) =>
      postAdmin(`/amazon-s3/${route}/${what}`, {
        id: "s3",
        ...(route === "connection" ? { fields: formFields(world.s3, { rootPath: root }) } : {}),
        ...body,
      });
    const browse = async (body: object = {}) => {
      const { status, body: shelf } = await post("browse", body);
      status.should.equal(200, JSON.stringify(shelf));
      return shelf;
    };
    beforeEach(() => {
      root = "";
    });
    afterEach(() => bench.close());

    it("shows folders and files of one folder, without its own marker", async () => {
      await start();
      for (const key of ["a.txt", "docs/", "docs/b.txt", "docs/old/c.txt", "docs/old/", "docs-2/d.txt", "é/+ %.txt"])
        world.s3.put("bucket", key, key.endsWith("/") ? "" : "text");
      const shelf = await browse();
      shelf.folders.should.eql([
        { path: "docs-2/", name: "docs-2" },
        { path: "docs/", name: "docs" },
        { path: "é/", name: "é" },
      ]);
      shelf.files.should.have.length(1);
      shelf.files[0].should.containEql({ path: "a.txt", name: "a.txt", size: 4, storageClass: "STANDARD" });
      shelf.files[0].lastModified.should.match(/^\d{4}-\d\d-\d\dT/);
      shelf.should.not.have.property("token");
      for (const folder of ["docs", "docs/"]) {
        const below = await browse({ folder });
        below.folders.should.eql([{ path: "docs/old/", name: "old" }]);
        below.files.map(({ path }: { path: string }) => path).should.eql(["docs/b.txt"]);
      }
      (await browse({ folder: "é" })).files[0].name.should.equal("+ %.txt");
      (await browse({ folder: "none" })).should.eql({ bucket: "bucket", folders: [], files: [] });
    });

    it("shows a page at a time, and asks the store for no more", async () => {
      await start();
      world.s3.seed("bucket", numbered(2500, "many/"), "x");
      const names: string[] = [];
      let token: string | undefined;
      do {
        world.s3.clear();
        const shelf = await browse({ folder: "many", ...(token ? { token } : {}) });
        shelf.files.length.should.be.belowOrEqual(1000);
        world.s3.requests.should.have.length(1);
        names.push(...shelf.files.map(({ name }: { name: string }) => name));
        token = shelf.token;
      } while (token);
      names.should.eql(numbered(2500));
    });

    it("narrows by what a name begins with, in the store", async () => {
      await start();
      for (const key of ["logs/may", "logs/march/1", "logs/june"]) world.s3.put("bucket", key, "x");
      const shelf = await browse({ folder: "logs/", starts: "ma" });
      shelf.folders.should.eql([{ path: "logs/march/", name: "march" }]);
      shelf.files.map(({ name }: { name: string }) => name).should.eql(["may"]);
      must(world.s3.requests.at(-1)?.query.prefix).should.equal("logs/ma");
    });

    it("narrows by more than a name, without the marker of the folder in which that is", async () => {
      await start();
      for (const key of ["logs/", "logs/may", "logs/march/1", "logs/june"]) world.s3.put("bucket", key, "");
      const shelf = await browse({ starts: "logs/" });
      shelf.folders.should.eql([{ path: "logs/march/", name: "march" }]);
      shelf.files.map(({ path }: { path: string }) => path).should.eql(["logs/june", "logs/may"]);
    });

    it("stays below the root path, and shows paths relative to it", async () => {
      root = "team";
      await start();
      for (const key of ["team/a", "team/docs/b", "secret"]) world.s3.put("bucket", key, "x");
      const shelf = await browse();
      shelf.files.map(({ path }: { path: string }) => path).should.eql(["a"]);
      shelf.folders.should.eql([{ path: "docs/", name: "docs" }]);
      (await browse({ folder: "../" })).should.eql({ bucket: "bucket", folders: [], files: [] });
      (await post("preview", { path: "docs/b" })).body.text.should.equal("x");
      (await post("preview", { path: "secret" })).body.refused.code.should.equal("NoSuchKey");
    });

    it("shows another bucket, and refuses what is none", async () => {
      await start();
      world.s3.put("other", "there", "x");
      const shelf = await browse({ bucket: "other" });
      shelf.files[0].path.should.equal("there");
      shelf.bucket.should.equal("other");
      const { status, body } = await post("browse", { bucket: "a/../b" });
      status.should.equal(200);
      body.refused.message.should.match(/is no name of a bucket/);
    });

    it("says why it cannot", async () => {
      await start();
      (await post("browse", { bucket: "none-of-ours" })).body.refused.code.should.equal("NoSuchBucket");
      (await post("preview", {})).body.refused.code.should.equal("InvalidParameter");
      world.s3.hook({ error: "AccessDenied" });
      const denied = await post("browse", {});
      denied.status.should.equal(200);
      denied.body.refused.code.should.equal("AccessDenied");
      denied.text.should.not.match(new RegExp(world.s3.secretKey));
    });

    it("tells within the connection's timeout that no answer comes, without all its attempts", async () => {
      await start({ timeout: 0.5, maxAttempts: 5 });
      world.s3.hook({ stall: true });
      const fields = formFields(world.s3, { timeout: "0.5" });
      for (const [what, body] of [
        ["browse", {}],
        ["preview", { path: "a" }],
        ["buckets", {}],
      ] as const) {
        world.s3.clear();
        const answer = await post(what, route === "connection" ? { fields, ...body } : body);
        answer.body.refused.code.should.equal("Timeout");
        world.s3.requests.length.should.be.below(3);
      }
    });

    it("takes for no question what its forms do not send", async () => {
      await start();
      for (const [what, pattern] of [
        [{ folder: 1 }, /folder must be a text/],
        [{ starts: "x".repeat(4097) }, /starts must be a text/],
        [{ bucket: {} }, /bucket must be a text/],
      ] as const) {
        const { status, body } = await post("browse", what);
        status.should.equal(400);
        body.message.should.match(pattern);
      }
      world.s3.requests.should.have.length(0);
    });

    it("previews the beginning of a text, and fetches no more of it", async () => {
      await start();
      const long = "é".repeat(3_000_000);
      world.s3.put("bucket", "long", `x${long}`, { contentType: "text/plain", metadata: { owner: "me" } });
      const { body } = await post("preview", { path: "long" });
      body.text.should.equal(`x${long.slice(0, 2047)}`);
      body.about.should.containEql({ size: 6_000_001, contentType: "text/plain", metadata: { owner: "me" } });
      const [get] = world.s3.requests.filter(({ operation }) => operation === "GetObject");
      must(get?.headers.range).should.equal("bytes=0-4095");
    });

    it("previews small images, and nothing of what is neither", async () => {
      await start();
      const png = Buffer.from("iVBORw0KGgo=", "base64");
      world.s3.put("bucket", "small.png", png, { contentType: "image/png" });
      world.s3.put("bucket", "large.png", { size: 1_000_001 }, { contentType: "image/png" });
      world.s3.put("bucket", "page", "<script>1</script>", { contentType: "image/html" });
      world.s3.put("bucket", "binary", Buffer.from([0, 255, 1]));
      world.s3.put("bucket", "empty", "");
      (await post("preview", { path: "small.png" })).body.image.should.equal("data:image/png;base64,iVBORw0KGgo=");
      for (const path of ["large.png", "binary", "empty"]) {
        const { body } = await post("preview", { path });
        body.should.have.keys("about");
        body.should.not.have.any.keys("text", "image");
      }
      (await post("preview", { path: "page" })).body.should.not.have.key("image");
    });

    it("answers for no node but a connection", async () => {
      await start();
      const { status, body } = await post("browse", { id: "node" });
      if (route === "deployed") status.should.equal(404);
      else status.should.equal(200);
      (body.refused ?? body).code.should.equal("NoConnection");
      world.s3.requests.should.have.length(0);
    });
  });
}
