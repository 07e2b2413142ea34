import "should";
import { type Bench, deploy } from "../support/bench";
import { useServer } from "../support/server";

/** What Node-RED leaves in place of a variable that is not set. */
const unset = "$" + "{NOT_SET_HERE}";

describe("parameters: of a wrong kind", () => {
  const world = useServer();
  let bench: Bench;
  beforeEach(() => world.s3.clear());
  afterEach(() => bench.close());

  const cases: [verb: string, payload: object, config: object, said: RegExp][] = [
    ["read", { path: 7 }, {}, /^path must be a string, and msg\.payload\.path is 7/],
    ["read", { path: ["a"] }, {}, /^path must be a string, and msg\.payload\.path is an array of 1/],
    ["read", { path: { a: 1 } }, {}, /^path must be a string, and msg\.payload\.path is an object/],
    ["read", { path: true }, {}, /^path must be a string, and msg\.payload\.path is true/],
    ["exist", { path: Buffer.from("ab") }, {}, /msg\.payload\.path is a Buffer of 2 bytes/],
    ["read", { path: () => {} }, {}, /msg\.payload\.path is a function/],
    ["read", { path: "a\ud800" }, {}, /^path .*surrogate/],
    ["delete", { path: ["a", 3] }, {}, /^path\[1\] must be a string, and msg\.payload\.path\[1\] is 3/],
    ["list", { recurse: "yes" }, {}, /^recurse must be true or false, and msg\.payload\.recurse is "yes"/],
    ["list", { recurse: 1 }, {}, /^recurse must be true or false, and msg\.payload\.recurse is 1/],
    ["list", { recurse: "TRUE" }, {}, /^recurse must be true or false/],
    ["list", { maxResults: "ten" }, {}, /^maxResults must be an integer, and msg\.payload\.maxResults is "ten"/],
    ["list", { maxResults: 1.5 }, {}, /^maxResults must be an integer, and msg\.payload\.maxResults is 1\.5/],
    ["list", { maxResults: "1e3" }, {}, /^maxResults must be an integer/],
    ["list", { maxResults: true }, {}, /^maxResults must be an integer/],
    ["list", { maxResults: Number.NaN }, {}, /^maxResults must be an integer, .* is NaN/],
    ["read", { path: "a" }, { maxBytes: "lots", maxBytesType: "num" }, /^maxBytes must be an integer.*form is "lots"/],
    ["read", { path: "a" }, { maxBytes: -1, maxBytesType: "num" }, /and the field "At most" in the form is -1/],
    ["read", { path: "a" }, { format: "chunks", chunkSize: "0" }, /and the field "Chunk size" in the form is "0"/],
    [
      "write",
      { path: "a", data: "b" },
      { tags: '{"team": {}}', tagsType: "json" },
      /^tags\.team must be text, .*, and team in the field "Tags" in the form is an object/,
    ],
    [
      "delete",
      {},
      { path: "[1]", pathType: "json" },
      /^path\[0\] must be a string, and \[0\] in the field "Path" in the form is 1/,
    ],
    ...(["read", "write", "purge"] as const).map((verb): [string, object, object, RegExp] => [
      verb,
      { data: "b", force: true },
      { path: unset, pathType: "str" },
      /^path is taken from the environment variable NOT_SET_HERE, which is not set: set it .*, or fill in the field "/,
    ]),
    [
      "purge",
      { path: "a", force: true },
      { filter: unset, filterType: "str" },
      /^filter is taken from the environment variable NOT_SET_HERE, which is not set/,
    ],
    ["write", { path: "a", data: "b" }, { metadata: "{oops", metadataType: "json" }, /^metadata is not valid JSON/],
    ["write", { path: "a", data: "b", m: [1] }, { metadata: "payload.m", metadataType: "msg" }, /^metadata must be an/],
    ["write", { path: "a", data: "b" }, { onConflict: "explode", onConflictType: "str" }, /^onConflict must be one of/],
    ["read", { path: "a" }, { path: "payload.(", pathType: "jsonata" }, /^path cannot be taken from the expression/],
    ["read", { path: "a" }, { path: "$error('no luck')", pathType: "jsonata" }, /^path cannot be taken .*no luck/],
    ["read", { path: "a" }, { path: "payload[", pathType: "msg" }, /^path cannot be taken from msg\.payload\[/],
    ["read", { path: "a", b: "a/b" }, { bucket: "payload.b", bucketType: "msg" }, /^bucket "a\/b" is no name/],
    ["read", { path: "a" }, { format: "yaml" }, /^format must be one of/],
  ];

  for (const [verb, payload, config, said] of cases) {
    it(`${verb}: ${said.source}`, async () => {
      bench = await deploy(verb, { ...config }, { server: world.s3 });
      const { error, messages, caught } = await bench.send({ payload });
      error.message.should.match(said);
      error.code.should.equal("InvalidParameter");
      caught.error.code.should.equal("InvalidParameter");
      messages.should.be.empty();
      world.s3.requests.should.be.empty();
    });
  }

  it('accepts "true", "false" and strings of digits, and guesses nothing else', async () => {
    world.s3.seed("bucket", ["f/a", "f/b/c", "f/d"]);
    bench = await deploy("list", {}, { server: world.s3 });
    const paths = async (payload: object) =>
      (await bench.send({ payload })).messages[0].payload.map(({ path }: { path: string }) => path);
    (await paths({ path: "f", recurse: "true" })).should.eql(["f/a", "f/b/c", "f/d"]);
    (await paths({ path: "f", recurse: "false" })).should.eql(["f/a", "f/d"]);
    (await paths({ path: "f", maxResults: "1" })).should.eql(["f/a"]);
  });

  it("names path and node where another parameter is wrong, so that it can be found in a long run", async () => {
    bench = await deploy("write", {}, { server: world.s3 });
    const { error } = await bench.send({ payload: { path: "in/may.csv", data: "x", overwrite: "perhaps" } });
    error.path.should.equal("in/may.csv");
    error.message.should.match(/^overwrite must be true or false, .*"perhaps".*in\/may\.csv/);
  });
});
