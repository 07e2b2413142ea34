import "should";
import { type Bench, deploy } from "../support/bench";
import { useServer } from "../support/server";

const keys: Record<string, string> = {
  spaces: " a b  c ",
  "plus and percent": "a+b%20c%2Fd%",
  "double slash": "a//b",
  "leading slash": "/a",
  "two leading slashes": "//a",
  dots: "a/../b/./c",
  "only dots": "../..",
  backslash: "a\\b\\..\\c",
  "newline and tab": "a\nb\tc\r\nd",
  "other control characters": "a\u0001b\u007fc",
  emoji: "😀/👩‍👩‍👧/ü",
  "composed and decomposed": "\u00fc-u\u0308",
  capitals: "A/a/Ä/ä",
  "XML and HTML": "<a>&amp;\"'</a>",
  "query and fragment": "a?versionId=1&x#y",
  reserved: "a:b@c!d$e&f'g(h)i*j,k;l=m[n]o",
  prototype: "__proto__/constructor",
  "1,024 bytes": `${"ä".repeat(500)}/${"x".repeat(23)}`,
};

describe("paths are taken literally", () => {
  const world = useServer();
  let bench: Bench | undefined;
  afterEach(async () => {
    await bench?.close();
    bench = undefined;
  });
  const run = async (verb: string, payload: object, config: object = {}) => {
    bench = await deploy(verb, { ...config }, { server: world.s3 });
    const { messages, error } = await bench.send({ payload });
    await bench.close();
    bench = undefined;
    if (error) throw error;
    return messages[0];
  };

  for (const [label, key] of Object.entries(keys)) {
    it(`${label}: create, write, read, exist, list, delete`, async () => {
      (await run("write", { path: key, data: label })).payload.path.should.equal(key);
      world.s3.keys("bucket").should.eql([key]);
      const told = await run("read", { path: key });
      told.payload.should.equal(label);
      told.s3.path.should.equal(key);
      (await run("exist", { path: key })).payload.should.be.true();
      (await run("list", { recurse: true })).payload.map(({ path }: { path: string }) => path).should.eql([key]);
      (await run("create", { path: key })).payload.created.should.be.false();
      (await run("delete", { path: key })).payload.should.match({ path: key, deleted: true });
      world.s3.keys("bucket").should.be.empty();
      (await run("create", { path: key })).payload.created.should.be.true();
      world.s3.keys("bucket").should.eql([key]);
      (await run("delete", { path: [key] })).payload.deleted.should.equal(1);
      (await run("create", { path: key })).payload.created.should.be.true();
      (await run("purge", { path: "/", force: true }, { wholeBucket: true })).payload.deleted.should.equal(1);
      world.s3.keys("bucket").should.be.empty();
    });
  }
});

describe("paths that are refused before anything is sent", () => {
  const world = useServer();
  let bench: Bench;
  beforeEach(() => world.s3.clear());
  afterEach(() => bench.close());

  const bad: [path: unknown, code: string][] = [
    [undefined, "MissingParameter"],
    [null, "MissingParameter"],
    ["", "MissingParameter"],
    [" ", "InvalidParameter"],
    ["\t\n\u3000", "InvalidParameter"],
    ["/", "InvalidParameter"],
    [7, "InvalidParameter"],
    [{}, "InvalidParameter"],
    [true, "InvalidParameter"],
    [`${"ä".repeat(512)}x`, "KeyTooLongError"],
  ];
  for (const verb of ["create", "delete", "exist", "read", "write"]) {
    it(`${verb}`, async () => {
      bench = await deploy(verb, {}, { server: world.s3 });
      for (const [path, code] of bad) {
        const { error, messages, dones } = await bench.send({ payload: { path, data: "x" } });
        error.code.should.equal(code, String(path));
        dones.should.equal(1);
        messages.should.be.empty();
      }
      world.s3.requests.should.be.empty();
    });
  }

  it("also as a literal, and in an array", async () => {
    bench = await deploy("delete", { path: " ", pathType: "str" }, { server: world.s3 });
    (await bench.send({})).error.code.should.equal("InvalidParameter");
    await bench.close();
    bench = await deploy("delete", {}, { server: world.s3 });
    for (const wrong of ["", " ", "/", 7, null]) {
      const { error } = await bench.send({ payload: { path: ["ok", wrong] } });
      error.code.should.equal("InvalidParameter", String(wrong));
      error.message.should.match(/path\[1\]/);
    }
    world.s3.requests.should.be.empty();
  });

  it("a folder where an object is needed is NotAFile", async () => {
    bench = await deploy("read", {}, { server: world.s3 });
    for (const path of ["f/", "a/b/", "//"]) {
      const { error } = await bench.send({ payload: { path } });
      error.code.should.equal("NotAFile", path);
      error.path.should.equal(path);
      error.message.should.containEql(path).and.match(/name an object/);
    }
    await bench.close();
    bench = await deploy("write", {}, { server: world.s3 });
    const data = [{ path: "sub/", data: "x" }];
    (await bench.send({ payload: { path: "f/", data } })).error.code.should.equal("NotAFile");
    world.s3.requests.should.be.empty();
  });

  it("purge: what names no folder", async () => {
    bench = await deploy("purge", {}, { server: world.s3 });
    for (const [path, code] of [
      ["", "MissingParameter"],
      [" ", "InvalidParameter"],
      [7, "InvalidParameter"],
      ["/", "WholeBucketRefused"],
    ]) {
      const { error } = await bench.send({ payload: { path, force: true } });
      error.code.should.equal(code, String(path));
    }
    world.s3.requests.should.be.empty();
  });
});

describe("folders", () => {
  const world = useServer();
  let bench: Bench;
  beforeEach(() => {
    world.s3.seed("bucket", ["logs", "logs/", "logs/a", "logs/b/c", "logs-old/d", "logs.txt", "top"]);
  });
  afterEach(() => bench.close());
  const list = async (path: unknown) => {
    const { messages } = await bench.send({ payload: { path, recurse: true } });
    return messages[0].payload.map((entry: { path: string }) => entry.path);
  };

  it("list: logs and logs/ are alike, and never logs-old/", async () => {
    bench = await deploy("list", {}, { server: world.s3 });
    (await list("logs")).should.eql(["logs/a", "logs/b/c"]);
    (await list("logs/")).should.eql(["logs/a", "logs/b/c"]);
  });

  it('list: the root is "/" and ""', async () => {
    bench = await deploy("list", {}, { server: world.s3 });
    const all = ["logs", "logs-old/d", "logs.txt", "logs/a", "logs/b/c", "top"];
    (await list("/")).should.eql(all);
    (await list("")).should.eql(all);
    (await list(undefined)).should.eql(all);
  });

  for (const path of ["logs", "logs/"]) {
    it(`purge: ${path} takes what lies below logs/ with its marker, never logs-old/ nor the object logs`, async () => {
      bench = await deploy("purge", {}, { server: world.s3 });
      const { messages } = await bench.send({ payload: { path, force: true } });
      messages[0].payload.deleted.should.equal(3);
      world.s3.keys("bucket").should.eql(["logs", "logs-old/d", "logs.txt", "top"]);
    });
  }
});
