import { join } from "node:path";
import "should";
import { generate } from "../../src/editor/generate";
import { operations } from "../../src/operations";
import { must } from "../support/must";
import { registrationOf } from "./page";

const files = generate(join(__dirname, "..", "..", ".."));
const definitionOf = (type: string) => registrationOf(files[`nodes/${type}.html`] ?? "").definition;

/** What a node dropped on the canvas holds. */
const dropped = (type: string): Record<string, unknown> =>
  Object.fromEntries(Object.entries(definitionOf(type).defaults).map(([name, { value }]) => [name, value]));

describe("the defaults", () => {
  for (const { type, parameters, settings } of operations) {
    describe(type, () => {
      it("hold a pair for each parameter: the literal, or msg.payload and its name", () => {
        const node = dropped(type);
        for (const [name, declared] of Object.entries(parameters)) {
          if (declared.literal === undefined) {
            [name, node[name], node[`${name}Type`]].should.eql([name, `payload.${name}`, "msg"]);
          } else {
            const literal = {
              string: "str",
              strings: "str",
              boolean: "bool",
              integer: "num",
              listing: "str",
              named: "str",
              amount: "str",
              object: "json",
              data: "str",
            };
            [name, node[name], node[`${name}Type`]].should.eql([
              name,
              String(declared.literal),
              literal[declared.kind],
            ]);
          }
        }
      });

      it("hold the connection, the bucket, the output and the version", () => {
        dropped(type).should.containEql({ name: "", connection: "", version: 1 });
        dropped(type).should.containEql({ bucket: "", bucketType: "str", output: "payload", outputType: "msg" });
        must(definitionOf(type).defaults.connection?.type).should.equal("amazon-s3-config");
        must(definitionOf(type).defaults.connection?.required).should.be.true();
      });

      it("hold each setting as a plain property, and nothing else", () => {
        const node = dropped(type);
        for (const name of Object.keys(settings)) {
          node.should.have.property(name).which.is.not.undefined();
          node.should.not.have.property(`${name}Type`);
        }
        const pairs = [...Object.keys(parameters), "bucket", "output"].flatMap((name) => [name, `${name}Type`]);
        Object.keys(node)
          .sort()
          .should.eql(["name", "connection", "version", ...pairs, ...Object.keys(settings)].sort());
      });

      it("are valid as they are", () => {
        const node = { ...dropped(type), connection: "c" };
        for (const [name, { value, validate }] of Object.entries(definitionOf(type).defaults)) {
          if (validate !== undefined) [name, validate.call(node, value, {})].should.eql([name, true]);
        }
      });

      it("come with validators that may return a reason: two arguments", () => {
        const validators = Object.values(definitionOf(type).defaults).flatMap(({ validate }) => validate ?? []);
        validators.length.should.be.above(2);
        validators.map(({ length }) => length).should.matchEach(2);
      });

      it("give a label that says what the node does", () => {
        const definition = definitionOf(type);
        const verb = type.replace("amazon-s3-", "");
        const node = dropped(type);
        definition.label.call(node).should.equal(verb);
        definition.label.call({ ...node, path: "a/b", pathType: "str" }).should.equal(`${verb} a/b`);
        definition.label.call({ ...node, name: "Mine" }).should.equal("Mine");
        definition.labelStyle.call({ ...node, name: "Mine" }).should.equal("node_label_italic");
        definition.labelStyle.call(node).should.equal("");
      });
    });
  }

  for (const [verb, node, labels] of [
    ["create", {}, ["result"]],
    ["exist", { outputs: 1 }, ["found or missing"]],
    ["exist", { outputs: 2 }, ["found", "missing"]],
    ["list", { emit: "array" }, ["all entries"]],
    ["list", { emit: "each" }, ["one entry"]],
    ["download", {}, ["counts"]],
    ["purge", {}, ["counts"]],
    ["purge", { outputs: 2 }, ["counts", "one failure"]],
    ["upload", {}, ["counts"]],
    ["read", { format: "lines" }, ["one line"]],
    ["read", { format: "stream" }, ["stream"]],
    ["read", { format: "auto" }, ["content"]],
    ["read", {}, ["content"]],
  ] as const) {
    it(`name the outputs by what leaves there: ${verb} ${JSON.stringify(node)}`, () => {
      const { outputLabels } = definitionOf(`amazon-s3-${verb}`);
      labels.map((_, index) => outputLabels?.call(node, index)).should.eql(labels);
    });
  }

  it("name in the label what the form names, the filter included", () => {
    const list = definitionOf("amazon-s3-list");
    const node = { ...dropped("amazon-s3-list"), path: "logs/", pathType: "str" };
    list.label.call({ ...node, filter: "*.gz", filterType: "str" }).should.equal("list logs/ *.gz");
    list.label.call({ ...node, filter: "payload.filter", filterType: "msg" }).should.equal("list logs/");
    const anywhere = { ...node, path: "payload.path", pathType: "msg", filter: "*.gz", filterType: "str" };
    list.label.call(anywhere).should.equal("list *.gz");
  });

  it("of the connection are those of the contract, and the version", () => {
    dropped("amazon-s3-config").should.eql({
      name: "",
      version: 1,
      auth: "keys",
      profile: "",
      roleArn: "",
      externalId: "",
      roleSessionName: "",
      stsEndpoint: "",
      endpoint: "",
      pathStyle: "auto",
      rootPath: "",
      tls: "",
      maxAttempts: 5,
      timeout: 60,
      concurrency: 16,
      checksums: "auto",
      conditionalWrites: "auto",
      requesterPays: false,
    });
    const { credentials = {} } = definitionOf("amazon-s3-config");
    Object.fromEntries(Object.entries(credentials).map(([name, { type }]) => [name, type])).should.eql({
      accessKey: "text",
      secretKey: "password",
      region: "text",
      bucket: "text",
      sessionToken: "password",
    });
  });
});
