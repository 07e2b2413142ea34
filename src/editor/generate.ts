import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { operations } from "../operations";
import { connectionHtml, htmlOf } from "./html";
import { readmeWith } from "./readme";
import { stores } from "./stores";

const connection = "amazon-s3-config";

const stub = (call: string): string =>
  `"use strict";\nmodule.exports = (RED) => require("./node-red/register").${call};\n`;

/** Everything that is generated, by its path in the repository. */
export const generate = (root: string): Record<string, string> => {
  const read = (path: string): string => readFileSync(join(root, path), "utf8");
  const source = (name: string): string => read(`src/editor/browser/${name}`);
  const shown = stores.map(({ why: _, ...rest }) => rest);
  const sources = {
    "check.js": source("check.js"),
    "form.js": source("form.js"),
    "ask-server.js": source("ask-server.js"),
    "trial.js": source("trial.js"),
    "buckets.js": source("buckets.js"),
    "browse.js": source("browse.js"),
    "tryout.js": source("tryout.js"),
    "browse-button.js": source("browse-button.js"),
    "stores.js": `const stores = ${JSON.stringify(shown, null, 2)};\n\n${source("stores.js")}`,
  };
  const files: Record<string, string> = {
    [`nodes/${connection}.html`]: connectionHtml(read("src/editor/connection.html"), sources),
    [`nodes/${connection}.js`]: stub("registerConnection(RED)"),
  };
  for (const operation of operations) {
    files[`nodes/${operation.type}.html`] = htmlOf(operation, sources);
    files[`nodes/${operation.type}.js`] = stub(`registerOperation(RED, ${JSON.stringify(operation.type)})`);
  }
  const readme = existsSync(join(root, "README.md")) ? readmeWith(read("README.md"), operations) : undefined;
  if (readme !== undefined) files["README.md"] = readme;
  return files;
};
