import "should";
import { type Bench, deploy } from "../support/bench";
import { useServer } from "../support/server";

describe("parameters: values that mean no good", () => {
  const world = useServer();
  let bench: Bench;
  beforeEach(() => world.s3.clear());
  afterEach(() => bench.close());

  const throwing = (): never => {
    throw new Error("not for you");
  };
  const proxy = () => new Proxy({}, { get: throwing, has: throwing, getPrototypeOf: throwing, ownKeys: throwing });
  const withGetter = (name: string) => Object.defineProperty({}, name, { get: throwing, enumerable: true });
  const sparse = (value: unknown): unknown[] => Object.assign([], { 1: value });
  const missing = (): Promise<void> => new Promise(() => {});

  const cases: [title: string, verb: string, payload: () => object, said: RegExp][] = [
    [
      "a hole in an array of paths",
      "delete",
      () => ({ path: sparse("a") }),
      /^path\[0\] must be a string, .* undefined/,
    ],
    ["a hole in a filter", "list", () => ({ filter: sparse("a") }), /^filter\[0\] must be a string, .* undefined/],
    [
      "a hole in an array of data",
      "write",
      () => ({ path: "in/", data: sparse({ path: "a", data: "x" }) }),
      /^data\[0\]\.path must be a path, and is undefined/,
    ],
    ["a promise for a path", "read", () => ({ path: missing() }), /^path must be a string, .* an object/],
    ["a promise for data", "write", () => ({ path: "a", data: missing() }), /^data is a promise; .* what it gives/],
    [
      "a promise in an array of data",
      "write",
      () => ({ path: "in/", data: [{ path: "a", data: missing() }] }),
      /^data\[0\]: data is a promise/,
    ],
    [
      "a version of a megabyte",
      "read",
      () => ({ path: "a", versionId: "x".repeat(1e6) }),
      /^versionId "x+…" is longer than/,
    ],
    [
      "half of a character in metadata",
      "write",
      () => ({ path: "a", data: "x", metadata: { a: "\ud800" } }),
      /^metadata\.a has half of a character/,
    ],
    [
      "an ETag of a megabyte",
      "write",
      () => ({ path: "a", data: "x", ifMatch: "x".repeat(1e6) }),
      /^ifMatch "x+…" is no ETag/,
    ],
    [
      "a type of a megabyte",
      "write",
      () => ({ path: "a", data: "x", contentType: "x".repeat(1e6) }),
      /^contentType has 1000000 characters/,
    ],
    ["a proxy for a path", "read", () => ({ path: proxy() }), /^path cannot be looked at: not for you/],
    ["a proxy for data", "write", () => ({ path: "a", data: proxy() }), /^data cannot be looked at: not for you/],
    [
      "a getter that throws in an array of data",
      "write",
      () => ({ path: "in/", data: [withGetter("path")] }),
      /^data\[0\] cannot be looked at: not for you/,
    ],
    [
      "a getter that throws in metadata",
      "write",
      () => ({ path: "a", data: "x", metadata: withGetter("a") }),
      /^metadata cannot be looked at: not for you/,
    ],
  ];

  for (const [title, verb, payload, said] of cases) {
    it(`${title}: ${said.source}`, async () => {
      world.s3.put("bucket", "undefined", "stays");
      const names = ["metadata", "versionId", "ifMatch", "contentType"];
      const config = Object.fromEntries(
        names.flatMap((name) => [
          [name, `payload.${name}`],
          [`${name}Type`, "msg"],
        ]),
      );
      bench = await deploy(verb, config, { server: world.s3 });
      const { error, messages, dones } = await bench.send({ payload: payload() });
      error.code.should.equal("InvalidParameter");
      error.message.should.match(said);
      dones.should.equal(1);
      messages.should.be.empty();
      world.s3.requests.should.be.empty();
      world.s3.keys("bucket").should.eql(["undefined"]);
    });
  }

  it("goes on after a promise that never ends", async () => {
    world.s3.put("bucket", "a", "A");
    bench = await deploy("read", { path: "name", pathType: "flow" }, { server: world.s3 });
    const context = bench.node.context().flow;
    context.set("name", missing());
    const first = bench.send({});
    context.set("name", "a");
    const { messages } = await bench.send({});
    (await first).error.code.should.equal("InvalidParameter");
    messages[0].payload.should.equal("A");
  });

  for (const [verb, path] of [
    ["read", " ".repeat(1_000_000)],
    ["read", "/".repeat(1_000_000)],
    ["purge", " ".repeat(1_000_000)],
  ] as const) {
    it(`${verb}: quotes no more than the beginning of a path of a megabyte of ${JSON.stringify(path[0])}`, async () => {
      bench = await deploy(verb, {}, { server: world.s3 });
      const { error } = await bench.send({ payload: { path } });
      error.message.length.should.be.below(1000);
    });
  }
});
