import type { Operation } from "../core/operation";
import { Code, indent, inline, lines, type Printable } from "./code";
import { defaultsOf } from "./defaults";
import { filtersFolder, layoutOf } from "./layout";
import { samplesOf } from "./results";
import { rowsOf } from "./rows";
import { conditionOf } from "./rules";
import { typesOf } from "./types";

/** The palette's category, and the one colour of all nodes. */
export const category = "Amazon S3";
export const color = "#D88A24";

/** Text of the files in src/editor/browser, by file name. */
export type Sources = Readonly<Record<string, string>>;

const sourceOf = (sources: Sources, name: string): string => {
  const source = sources[name];
  if (source === undefined) throw new Error(`no file ${name} in src/editor/browser`);
  return source;
};

/** Indents all but what stands in `pre`, where each space would be seen. */
const indented = (content: string): string =>
  indent(content.trimEnd(), 2).replace(/<pre[\s\S]*?<\/pre>/g, (block) => block.replace(/^ {2}/gm, ""));

const script = (attributes: string, content: string): string =>
  `<script type="text/${attributes}>\n${indented(content)}\n</script>\n`;

/** The verb, with what the form itself names: "list logs/ *.gz". */
const labelOf = (operation: Operation): Code => {
  const named = ["path", "filter"].filter((name) => operation.parameters[name] !== undefined);
  const fields = named.map((name) => `this.${name}Type === "str" && this.${name}`);
  const words = [JSON.stringify(operation.label), ...fields].join(", ");
  return new Code(`function () { return this.name || [${words}].filter(Boolean).join(" "); }`);
};

const outputLabelsOf = (operation: Operation): Code => {
  const outputs = layoutOf(operation).outputs ?? "result";
  if (typeof outputs === "string") return new Code(`function () { return say("outputs.${outputs}"); }`);
  const byValue = inline(
    Object.fromEntries(Object.entries(outputs.values).map(([value, names]) => [value, [...names]])),
  );
  return new Code(
    `function (index) { return say("outputs." + ((${byValue})[this.${outputs.setting}]?.[index] ?? "${outputs.other ?? "result"}")); }`,
  );
};

const definition = (operation: Operation): string => {
  const conditions = Object.entries(layoutOf(operation).when ?? {}).map(([name, it]) => [name, conditionOf(it)]);
  // What is purged lies in subfolders too.
  const always = operation.parameters.recurse === undefined;
  const form = lines({
    types: new Code(lines(typesOf(operation))),
    when: Object.fromEntries(conditions),
    samples: samplesOf(operation.type) as unknown as Printable,
    kind: layoutOf(operation).path ?? "object",
    ...(layoutOf(operation).disk === undefined ? {} : { disk: layoutOf(operation).disk }),
    ...(filtersFolder(operation) ? { always } : {}),
  });
  const required = Object.entries(operation.parameters).flatMap(([name, it]) =>
    it.required || it.unless !== undefined ? [name] : [],
  );
  const entries: Record<string, Printable> = {
    category,
    color,
    defaults: new Code(lines(defaultsOf(operation))),
    inputs: 1,
    outputs: 1,
    icon: operation.icon,
    label: labelOf(operation),
    labelStyle: new Code(`function () { return this.name ? "node_label_italic" : ""; }`),
    paletteLabel: operation.label,
    inputLabels: required.join(", "),
    // What the node cannot do without: browser/tryout.js asks.
    required,
    outputLabels: outputLabelsOf(operation),
    oneditprepare: new Code(`function () {\n${indent(`forms().open(this, ${form});`, 2)}\n}`),
    oneditsave: new Code("function () { forms().save(this); }"),
    oneditcancel: new Code("function () { forms().cancel(this); }"),
    oneditdelete: new Code("function () { forms()?.close(this); }"),
  };
  return `RED.nodes.registerType(${JSON.stringify(operation.type)}, ${lines(entries)});`;
};

/** The script that gives a node's texts in the language of the editor. */
export const sayIn = (type: string): string =>
  `/** A text of this node's catalogue, in the language of the editor. */
const say = (name, values) => RED._(${JSON.stringify(`node-red-contrib-amazon-s3/${type}:`)} + name, values);
`;

/** The help of a node as Node-RED wants it in a file. */
export const helpHtml = (type: string, help: string): string => script(`html" data-help-name="${type}"`, help);

/** The node's HTML file; its help is the English one. */
export const htmlOf = (operation: Operation, help: string, sources: Sources): string => {
  const file = operation.type.replace(/^amazon-s3-/, "");
  const files = ["fields.js", "read-values.js", "check.js", "hints.js"];
  const parts = [sayIn(operation.type), ...files.map((name) => sourceOf(sources, name))];
  const content = `(() => {\n${indent([...parts, definition(operation)].join("\n"), 2)}\n})();`;
  return [
    `<!-- Made by src/build.ts from src/operations/${file}.ts: change that, then run "npm run build". -->`,
    script('javascript"', content),
    script(`html" data-template-name="${operation.type}"`, rowsOf(operation)),
    helpHtml(operation.type, help),
  ].join("\n");
};

/**
 * The connection's HTML file: written by hand, but for its help, and for the lines that take in a file of
 * src/editor/browser.
 */
export const connectionHtml = (template: string, help: string, sources: Readonly<Record<string, string>>): string => {
  const form = template.replace(/^( *)\/\/ include (\S+)\n/gm, (_, space: string, name: string) => {
    return indent(sourceOf(sources, name), space.length);
  });
  return `${form.trimEnd()}\n\n${helpHtml("amazon-s3-config", help)}`;
};
