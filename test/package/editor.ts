import { readdirSync } from "node:fs";
import { join } from "node:path";
import "should";
import { root } from "../../dev/demo/root";
import { operations } from "../../src/operations";
import { check } from "../support/checks";
import type { NodeRed } from "./node-red";

const name = "node-red-contrib-amazon-s3";
const types = ["amazon-s3-config", ...operations.map(({ type }) => type)];

interface NodeSet {
  module: string;
  types: string[];
  enabled: boolean;
  err?: unknown;
}

/** Checks what Node-RED offers its editor: the node sets, their forms, icons and examples. */
export const lookAt = async (nodeRed: NodeRed): Promise<void> => {
  await check("every node set has loaded", async () => {
    const all: NodeSet[] = JSON.parse(await nodeRed.ask("nodes"));
    const ours = all.filter(({ module }) => module === name);
    const broken = ours.filter(({ enabled, err }) => !enabled || err);
    if (broken.length > 0) throw new Error(JSON.stringify(broken));
    const loaded = ours.flatMap((set) => set.types);
    loaded.sort().should.eql([...types].sort());
  });
  await check("the editor gets a form and a help text for each", async () => {
    const html = await nodeRed.ask("nodes", { accept: "text/html" });
    for (const type of types)
      for (const attribute of [`data-template-name="${type}"`, `data-help-name="${type}"`])
        html.includes(attribute).should.be.true(attribute);
  });
  await check("the editor gets an icon for each", async () => {
    for (const { icon } of operations)
      (await nodeRed.ask(`icons/${name}/${icon}`, { accept: "*/*" })).should.match(/<svg/);
  });
  await check("the editor's menu offers the examples", async () => {
    const examples: (string | { fn: string })[] = JSON.parse(await nodeRed.ask(`library/examples/flows/${name}`));
    const offered = examples.map((entry) => (typeof entry === "string" ? entry : entry.fn));
    const all = readdirSync(join(root, "examples")).map((file) => file.replace(/\.json$/, ""));
    offered.sort().should.eql(all.sort());
    for (const example of offered)
      JSON.parse(await nodeRed.ask(`library/examples/flows/${name}/${example}`)).should.be.an.Array();
  });
};
