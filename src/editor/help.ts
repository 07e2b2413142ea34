import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import type { Say } from "./catalogue";
import { indent } from "./code";
import { meaningOf } from "./meaning";
import { policyOf } from "./policy";
import { startOf } from "./start";

/** The kind as a flow author calls it. */
export const kindText = ({ kind }: Declared<unknown>, say: Say): string => say(`help.kinds.${kind}`);

/** The default in words; empty where there is none because the value must be there. */
export const defaultText = (declared: Declared<unknown>, say: Say): string => {
  if (declared.required) return "";
  if (declared.fallbackText !== undefined) return declared.fallbackText;
  if (declared.kind === "object") return say("help.none");
  return `<code>${String(declared.literal ?? declared.fallback)}</code>`;
};

/** Where the editor starts to take the value from. */
const origin = (name: string, declared: Declared<unknown>, say: Say): string =>
  startOf(name, declared).type === "msg"
    ? say("help.fromMessage", { property: `msg.payload.${name}` })
    : say("help.fromForm");

const sentence = (text: string, say: Say): string => (/[.。]$/.test(text) ? text : say("sentence", { text }));

const entry = (name: string, declared: Declared<unknown>, from: string, say: Say): string => {
  const value = defaultText(declared, say);
  const notes = [
    sentence(meaningOf(declared, say), say),
    value === "" ? say("help.required") : say("help.default", { value }),
    from,
  ];
  return [
    `<dt${declared.required ? "" : ' class="optional"'}>${name} <span class="property-type">${declared.label} · ${kindText(declared, say)}</span></dt>`,
    // After a full stop of Chinese or Japanese there is no space.
    `<dd>${notes
      .filter((note) => note !== "")
      .join(" ")
      .replaceAll("。 ", "。")}</dd>`,
  ].join("\n");
};

const properties = (entries: readonly string[]): string =>
  `<dl class="message-properties">\n${indent(entries.join("\n"), 2)}\n</dl>`;

const told = [
  ["operation, bucket, path", "help.where"],
  ["etag, size, lastModified, contentType, metadata, versionId, storageClass, requestId", "help.heard"],
] as const;

const outputs = (operation: Operation, say: Say): string => {
  const about = told.map(([names, text]) => say("labelled", { label: `<code>${names}</code>`, text: say(text) }));
  return properties([
    `<dt>payload <span class="property-type">${say("help.payload")}</span></dt>`,
    `<dd>${operation.output}</dd>`,
    `<dt>s3 <span class="property-type">${say("help.kinds.object")}</span></dt>`,
    `<dd>${sentence(about.join(say("between")), say)}</dd>`,
  ]);
};

const permissions = (operation: Operation, say: Say): string =>
  [
    `<h3>${say("help.permissions")}</h3>`,
    `<p>${say("help.policy")}</p>`,
    `<pre style="white-space: pre; overflow-x: auto">${JSON.stringify(policyOf(operation), null, 2)}</pre>`,
    `<ul>\n${indent(operation.permissions.map(({ action, why }) => `<li><code>${action}</code> ${why}</li>`).join("\n"), 2)}\n</ul>`,
  ].join("\n");

/** The help in the sidebar, as HTML: an operation, the bucket's row and the common texts, all in one language. */
export const helpOf = (operation: Operation, bucket: Declared<unknown>, say: Say): string => {
  const settings = Object.entries(operation.settings);
  const title = (name: string): string => `<h3>${say(`help.${name}`)}</h3>`;
  return [
    `<p>${operation.lead}</p>`,
    title("inputs"),
    properties(
      Object.entries({ ...operation.parameters, bucket }).map(([name, it]) =>
        entry(name, it, origin(name, it, say), say),
      ),
    ),
    ...(settings.length === 0
      ? []
      : [title("settings"), properties(settings.map(([name, declared]) => entry(name, declared, "", say)))]),
    title("outputs"),
    outputs(operation, say),
    title("details"),
    ...operation.details.map((paragraph) => `<p>${paragraph}</p>`),
    `<p>${say("help.failure")}</p>`,
    permissions(operation, say),
    title("references"),
    `<ul>\n${indent(operation.references.map(({ title, url }) => `<li><a href="${url}" target="_blank" rel="noopener">${title}</a></li>`).join("\n"), 2)}\n</ul>`,
  ].join("\n");
};
