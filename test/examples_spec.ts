import { readdirSync } from "node:fs";
import { join } from "node:path";
import should from "should";
import { type FlowNode, readFlow } from "../dev/demo/flows";
import { root } from "../dev/demo/root";
import { operations } from "../src/operations";
import { registeredTypes } from "./registered_types";

const files = readdirSync(join(root, "examples")).filter((file) => file.endsWith(".json"));
const flows = new Map(files.map((file) => [file, readFlow(`examples/${file}`)]));
const flowOf = (file: string): FlowNode[] => flows.get(file) ?? [];
const core = [
  "tab",
  "comment",
  "inject",
  "debug",
  "catch",
  "complete",
  "function",
  "change",
  "switch",
  "split",
  "join",
  "delay",
  "csv",
  "file",
];
const ours = registeredTypes();

/** What every node has, whatever its type. */
const common = ["id", "type", "z", "g", "x", "y", "wires", "d", "l"];
const wiresOf = (node: FlowNode): string[][] => (node.wires as string[][] | undefined) ?? [];
const messagesOf = (node: FlowNode): string => JSON.stringify([node.name, node.info ?? ""]);

describe("examples", () => {
  it("are one per operation, the tour, and some for what several do together", () => {
    const together = [
      "csv-lines.json",
      "listing.json",
      "questions.json",
      "read-change-write.json",
      "slow-flow.json",
      "tour.json",
    ];
    files.sort().should.eql([...operations.map((operation) => `${operation.label}.json`), ...together].sort());
  });

  it("show their operation, and the tour shows every one", () => {
    for (const { label, type } of operations)
      for (const file of [`${label}.json`, "tour.json"])
        flowOf(file)
          .some((node) => node.type === type)
          .should.be.true(`${type} in ${file}`);
  });

  it("share the connection, so that it is filled in once, and no other id", () => {
    const all = [...flows.values()].flat();
    const connections = all.filter(({ type }) => type === "amazon-s3-config");
    new Set(connections.map(({ id }) => id)).size.should.equal(1);
    const ids = all.filter((node) => !connections.includes(node)).map((node) => node.id);
    for (const id of ids) id.should.match(/^[0-9a-f]{16}$/);
    new Set(ids).size.should.equal(ids.length);
  });

  for (const [file, nodes] of flows)
    describe(file, () => {
      const operationNodes = nodes.filter((node) => operations.some(({ type }) => type === node.type));
      const find = (id: unknown) => nodes.find((node) => node.id === id);

      it("has nodes of the core and of this package only", () => {
        for (const { type } of nodes) [...core, ...ours.keys()].should.containEql(type);
      });

      it("lies on one tab, on the grid", () => {
        const tabs = nodes.filter(({ type }) => type === "tab");
        tabs.length.should.equal(1);
        for (const node of nodes.filter((one) => one.type !== "tab" && one.type !== "amazon-s3-config")) {
          (node.z as string).should.equal(tabs[0]?.id);
          ((node.y as number) % 20).should.equal(0, node.name);
          ((node.x as number) % 10).should.equal(0, node.name);
        }
      });

      it("has no wire that leads nowhere, and no debug node that nothing reaches", () => {
        const targets = new Set(nodes.flatMap((node) => wiresOf(node).flat()));
        for (const id of targets) (find(id) !== undefined).should.be.true(id);
        for (const node of nodes.filter(({ type }) => type === "debug")) targets.has(node.id).should.be.true(node.name);
      });

      it("has the properties that the forms know, and all of them", () => {
        for (const node of nodes) {
          const defaults = ours.get(node.type)?.defaults;
          if (!defaults) continue;
          const known = [...Object.keys(defaults), ...common];
          for (const name of Object.keys(node)) known.should.containEql(name);
          for (const name of Object.keys(defaults)) Object.keys(node).should.containEql(name);
        }
      });

      it("has nothing that a form would complain of", () => {
        for (const node of nodes) {
          // What the validators look up: the node's own definition, as in the editor.
          const self = { ...node, _def: ours.get(node.type) };
          for (const [name, { validate }] of Object.entries(ours.get(node.type)?.defaults ?? {}))
            if (validate) should(validate.call(self, node[name], {})).equal(true, `${node.name}: ${name}`);
        }
      });

      it("has one connection, which every operation uses, without credentials and endpoints", () => {
        const connections = nodes.filter(({ type }) => type === "amazon-s3-config");
        connections.length.should.equal(1);
        for (const node of operationNodes) (node.connection as string).should.equal(connections[0]?.id);
        for (const name of ["endpoint", "stsEndpoint", "profile", "roleArn", "externalId", "tls"])
          String(connections[0]?.[name]).should.equal("", name);
        for (const node of nodes) node.should.not.have.property("credentials");
        JSON.stringify(nodes).should.not.match(/AKIA|accessKey|secretKey|sessionToken|https?:\/\/(?!docs\.)/);
      });

      it("says what to do, in numbered steps", () => {
        const comments = nodes.filter(({ type }) => type === "comment").map(messagesOf);
        for (const step of [/1\. .*connection/, /2\. Deploy/, /3\. .*button/])
          comments.some((comment) => step.test(comment)).should.be.true(String(step));
      });

      it("has names on all that a reader meets, and outputs for the wires", () => {
        for (const node of nodes.filter((one) => one.type !== "tab")) (node.name ?? "").should.not.equal("", node.id);
        for (const node of operationNodes) wiresOf(node).length.should.equal(Number(node.outputs ?? 1));
      });
    });

  it("takes the whole tour with one button, and the last step is an error that is caught", () => {
    const nodes = flowOf("tour.json");
    const injects = nodes.filter(({ type }) => type === "inject");
    injects.length.should.equal(1);
    const reached = new Set<string>();
    const walk = (id: string): void => {
      if (reached.has(id)) return;
      reached.add(id);
      for (const next of wiresOf(nodes.find((node) => node.id === id) as FlowNode).flat()) walk(next);
    };
    walk(injects[0]?.id as string);
    const steps = nodes.filter(({ type }) => operations.some((operation) => operation.type === type));
    for (const step of steps) reached.has(step.id).should.be.true(step.name);
    const caught = nodes.find(({ type }) => type === "catch");
    should(caught?.scope).eql([steps.at(-1)?.id]);
  });
});
