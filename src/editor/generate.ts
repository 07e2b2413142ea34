import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { bucketParameter } from "../core/bucket";
import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import { operations } from "../operations";
import { type Catalogue, languages, readCatalogue, type Say, sayFrom, wholeCatalogue } from "./catalogue";
import { connectionHelp } from "./connection-help";
import { helpOf } from "./help";
import { connectionHtml, helpHtml, htmlOf, sayIn } from "./html";
import { nodeCatalogue } from "./node-catalogue";
import { readmeWith } from "./readme";
import { stores } from "./stores";
import { type OperationTexts, operationWith, type RowTexts, rowWith, textsOf, textsOfRow } from "./texts";

const connection = "amazon-s3-config";
const english = languages[0];

const stub = (call: string): string =>
  `"use strict";\nmodule.exports = (RED) => require("./node-red/register").${call};\n`;

const json = (value: object): string => `${JSON.stringify(value, null, 2)}\n`;

/** All that the forms and the help say in one language. */
interface Language {
  name: string;
  common: Catalogue;
  say: Say;
  connection: Catalogue;
  bucket: Declared<unknown>;
  operations: readonly Operation[];
}

const languageOf = (root: string, name: string): Language => {
  const common = wholeCatalogue(root, name, "common");
  // English stands in the operations themselves: what lies in src/locales is made from them.
  const textsIn = (file: string): Catalogue => (name === english ? {} : readCatalogue(root, name, file));
  return {
    name,
    common,
    say: sayFrom(common),
    connection: wholeCatalogue(root, name, connection),
    bucket: rowWith(bucketParameter, textsIn("bucket") as Partial<RowTexts>),
    operations: operations.map((it) => operationWith(it, textsIn(it.type) as Partial<OperationTexts>)),
  };
};

/** The help of each node in one language, by type. */
const helpsOf = (language: Language, template: string): Record<string, string> => ({
  [connection]: connectionHelp(template, sayFrom(language.connection), language.say),
  ...Object.fromEntries(language.operations.map((it) => [it.type, helpOf(it, language.bucket, language.say)])),
});

/** The catalogues of each node in one language, by type: what Node-RED's editor gets. */
const cataloguesOf = ({ connection: texts, operations, bucket, common, say }: Language): Record<string, object> => {
  const { help: _, ...form } = texts;
  return {
    [connection]: form,
    ...Object.fromEntries(operations.map((it) => [it.type, nodeCatalogue(it, bucket, common, say)])),
  };
};

/** The English texts of the operations, for those who translate them, by file name. */
const englishTexts = (): Record<string, string> => ({
  "bucket.json": json(textsOfRow(bucketParameter)),
  ...Object.fromEntries(operations.map((operation) => [`${operation.type}.json`, json(textsOf(operation))])),
});

const prefixed = (prefix: string, files: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(files).map(([name, text]) => [`${prefix}/${name}`, text]));

const sourcesOf = (read: (path: string) => string): Record<string, string> => {
  const source = (name: string): string => read(`src/editor/browser/${name}`);
  const names = [
    "fields",
    "read-values",
    "check",
    "hints",
    "form",
    "node-form",
    "ask-server",
    "trial",
    "buckets",
    "tree",
    "object-facts",
    "browse",
    "tryout",
    "browse-button",
    "result",
    "matches",
  ];
  const shown = stores.map(({ why: _, ...rest }) => rest);
  return {
    say: sayIn(connection),
    ...Object.fromEntries(names.map((name) => [`${name}.js`, source(`${name}.js`)])),
    "stores.js": `const stores = ${JSON.stringify(shown, null, 2)};\n\n${source("stores.js")}`,
  };
};

/** What is committed beside its sources, by its path in the repository. */
export const generate = (root: string): Record<string, string> => {
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const sources = sourcesOf(read);
  const language = languageOf(root, english);
  const helps = helpsOf(language, read("src/editor/connection-help.html"));
  const help = (type: string): string => helps[type] ?? "";
  const files: Record<string, string> = {
    [`nodes/${connection}.html`]: connectionHtml(read("src/editor/connection.html"), help(connection), sources),
    [`nodes/${connection}.js`]: stub("registerConnection(RED)"),
  };
  for (const operation of operations) {
    files[`nodes/${operation.type}.html`] = htmlOf(operation, help(operation.type), sources);
    files[`nodes/${operation.type}.js`] = stub(`registerOperation(RED, ${JSON.stringify(operation.type)})`);
  }
  const readme = existsSync(join(root, "README.md"))
    ? readmeWith(read("README.md"), operations, language.say)
    : undefined;
  if (readme !== undefined) files["README.md"] = readme;
  return { ...files, ...prefixed(`src/locales/${english}`, englishTexts()) };
};

/** What Node-RED reads in each language, and what is not committed, by its path in the repository. */
export const generateLocales = (root: string): Record<string, string> => {
  const template = readFileSync(join(root, "src/editor/connection-help.html"), "utf8");
  const files: Record<string, string> = {};
  for (const name of languages) {
    const language = languageOf(root, name);
    for (const [type, catalogue] of Object.entries(cataloguesOf(language)))
      files[`nodes/locales/${name}/${type}.json`] = json(catalogue);
    // The English help stands in the node's own HTML.
    if (name === english) continue;
    for (const [type, help] of Object.entries(helpsOf(language, template)))
      files[`nodes/locales/${name}/${type}.html`] = helpHtml(type, help);
  }
  return files;
};
