import { bucketParameter as bucket } from "../core/bucket";
import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import { indent } from "./code";
import { policyOf } from "./policy";
import { startOf } from "./start";

/** The kinds as a flow author calls them. */
export const kinds: Record<Declared<unknown>["kind"], string> = {
  string: "string",
  strings: "string or array",
  boolean: "boolean",
  integer: "integer",
  object: "object",
  data: "any",
};

/** The default in words; empty where there is none because the value must be there. */
export const defaultText = (declared: Declared<unknown>): string => {
  if (declared.required) return "";
  if (declared.fallbackText !== undefined) return declared.fallbackText;
  if (declared.kind === "object") return "none";
  return `<code>${String(declared.literal ?? declared.fallback)}</code>`;
};

/** Where the editor starts to take the value from. */
const origin = (name: string, declared: Declared<unknown>): string =>
  startOf(name, declared).type === "msg"
    ? `Taken from <code>msg.payload.${name}</code>, unless set otherwise.`
    : "Set in the node; can be taken from the message.";

const sentence = (text: string): string => (text.endsWith(".") ? text : `${text}.`);

const entry = (name: string, declared: Declared<unknown>, from: string): string => {
  const fallback = defaultText(declared);
  const notes = [sentence(declared.text), fallback === "" ? "Required." : `Default: ${fallback}.`, from];
  return [
    `<dt${declared.required ? "" : ' class="optional"'}>${name} <span class="property-type">${declared.label} · ${kinds[declared.kind]}</span></dt>`,
    `<dd>${notes.filter((note) => note !== "").join(" ")}</dd>`,
  ].join("\n");
};

const properties = (entries: readonly string[]): string =>
  `<dl class="message-properties">\n${indent(entries.join("\n"), 2)}\n</dl>`;

const heard = [
  ["operation, bucket, path", "what was done, and where"],
  ["etag, size, lastModified, contentType, metadata, versionId, storageClass, requestId", "where S3 told them"],
] as const;

const outputs = (operation: Operation): string =>
  properties([
    '<dt>payload <span class="property-type">or the chosen Output</span></dt>',
    `<dd>${operation.output}</dd>`,
    '<dt>s3 <span class="property-type">object</span></dt>',
    `<dd>${heard.map(([names, text]) => `<code>${names}</code>: ${text}`).join("; ")}.</dd>`,
  ]);

const permissions = (operation: Operation): string =>
  [
    "<h3>Permissions</h3>",
    "<p>The keys of the connection need this IAM policy, with the name of the bucket in place of <code>my-bucket</code>:</p>",
    `<pre style="white-space: pre; overflow-x: auto">${JSON.stringify(policyOf(operation), null, 2)}</pre>`,
    `<ul>\n${indent(operation.permissions.map(({ action, why }) => `<li><code>${action}</code> ${why}</li>`).join("\n"), 2)}\n</ul>`,
  ].join("\n");

/** The help in the sidebar, as HTML. */
export const helpOf = (operation: Operation): string => {
  const settings = Object.entries(operation.settings);
  return [
    `<p>${operation.lead}</p>`,
    "<h3>Inputs</h3>",
    properties([
      ...Object.entries(operation.parameters).map(([name, it]) => entry(name, it, origin(name, it))),
      entry("bucket", bucket, origin("bucket", bucket)),
    ]),
    ...(settings.length === 0
      ? []
      : ["<h3>Settings</h3>", properties(settings.map(([name, declared]) => entry(name, declared, "")))]),
    "<h3>Outputs</h3>",
    outputs(operation),
    "<h3>Details</h3>",
    ...operation.details.map((paragraph) => `<p>${paragraph}</p>`),
    "<p>When it fails, nothing is sent, and a Catch node gets the error: <code>msg.error.code</code> and <code>msg.error.message</code> say what happened and what to do.</p>",
    permissions(operation),
    "<h3>References</h3>",
    `<ul>\n${indent(operation.references.map(({ title, url }) => `<li><a href="${url}" target="_blank" rel="noopener">${title}</a></li>`).join("\n"), 2)}\n</ul>`,
  ].join("\n");
};
