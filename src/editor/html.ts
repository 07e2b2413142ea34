import type { Operation } from "../core/operation";
import { Code, indent, inline, lines, type Printable } from "./code";
import { defaultsOf } from "./defaults";
import { helpOf } from "./help";
import { layoutOf } from "./layout";
import { rowsOf } from "./rows";
import { typesOf } from "./types";

/** The palette's category, and the one colour of all seven nodes. */
export const category = "Amazon S3";
export const color = "#D88A24";

/** Text of the files in src/editor/browser, by file name. */
export type Sources = Readonly<Record<"browse-button.js" | "check.js" | "form.js", string>>;

/** Indents all but what stands in `pre`, where each space would be seen. */
const indented = (content: string): string =>
  indent(content.trimEnd(), 2).replace(/<pre[\s\S]*?<\/pre>/g, (block) => block.replace(/^ {2}/gm, ""));

const script = (attributes: string, content: string): string =>
  `<script type="text/${attributes}>\n${indented(content)}\n</script>\n`;

const labelOf = (operation: Operation): Code => {
  const start = `this.name || `;
  const verb = JSON.stringify(operation.label);
  return new Code(
    operation.parameters.path === undefined
      ? `function () { return ${start}${verb}; }`
      : `function () { return ${start}(this.pathType === "str" && this.path ? ${JSON.stringify(`${operation.label} `)} + this.path : ${verb}); }`,
  );
};

const outputLabelsOf = (operation: Operation): Code => {
  const names = layoutOf(operation).outputs ?? ["result"];
  return operation.settings.outputs === undefined
    ? new Code(inline([...names]))
    : new Code(`function (index) { return this.outputs > 1 ? ${inline([...names])}[index] : "result"; }`);
};

const definition = (operation: Operation): string => {
  const when = (layoutOf(operation).when ?? {}) as unknown as Printable;
  const kind = JSON.stringify(layoutOf(operation).path ?? "object");
  const openForm = `openForm(this, ${lines(typesOf(operation))}, ${inline(when)});\nofferBrowsing(${kind});`;
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
    inputLabels: Object.entries(operation.parameters)
      .filter(([, declared]) => declared.required)
      .map(([name]) => name)
      .join(", "),
    outputLabels: outputLabelsOf(operation),
    oneditprepare: new Code(`function () {\n${indent(openForm, 2)}\n}`),
    oneditsave: new Code("saveForm"),
    oneditcancel: new Code("closeForm"),
  };
  return `RED.nodes.registerType(${JSON.stringify(operation.type)}, ${lines(entries)});`;
};

/** The node's HTML file. */
export const htmlOf = (operation: Operation, sources: Sources): string => {
  const file = operation.type.replace(/^amazon-s3-/, "");
  const content = `(() => {\n${indent(`${sources["form.js"]}\n${sources["browse-button.js"]}\n${sources["check.js"]}\n${definition(operation)}`, 2)}\n})();`;
  return [
    `<!-- Made by src/build.ts from src/operations/${file}.ts: change that, then run "npm run build". -->`,
    script('javascript"', content),
    script(`html" data-template-name="${operation.type}"`, rowsOf(operation)),
    script(`html" data-help-name="${operation.type}"`, helpOf(operation)),
  ].join("\n");
};

/** The connection's HTML file: written by hand, but for the lines that take in a file of src/editor/browser. */
export const connectionHtml = (template: string, sources: Readonly<Record<string, string>>): string =>
  template.replace(/^( *)\/\/ include (\S+)\n/gm, (_, space: string, name: string) => {
    const source = sources[name];
    if (source === undefined) throw new Error(`no file ${name} in src/editor/browser`);
    return indent(source, space.length);
  });
