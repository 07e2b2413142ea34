import { rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { root } from "../../dev/demo/root";
import { takeOption, takeValue, typeValue } from "./keyboard";

/** Made by the node when it downloads, and no longer there when the checks have ended. */
const downloads = join(tmpdir(), `s3-browser-${process.pid}`);
process.once("exit", () => rmSync(downloads, { recursive: true, force: true }));

/** What is typed into one node's form, first wrongly and then rightly, and what comes of it. */
export interface NodeCase {
  type: string;
  /** The field whose value is wrong at first. */
  field: string;
  fillIn(page: Page): Promise<void>;
  wrong: string;
  reason: RegExp;
  right: string;
  /** The rest of the form, in its order. */
  rest?(page: Page): Promise<void>;
  /** What the debug sidebar shows. */
  result: RegExp;
}

export const nodeCases: readonly NodeCase[] = [
  {
    type: "amazon-s3-create",
    field: "path",
    fillIn: (page) => typeValue(page, "path", "str", "/"),
    wrong: "/",
    reason: /whole bucket: name an object/,
    right: "made/",
    rest: (page) => takeValue(page, "createBucket", "bool", "false"),
    result: /path: "made\/".*created: true/,
  },
  {
    type: "amazon-s3-delete",
    field: "path",
    fillIn: (page) => typeValue(page, "path", "json", '["old/1", "/"]'),
    wrong: '["old/1", "/"]',
    reason: /whole bucket: name an object/,
    right: '["old/1", "old/2"]',
    rest: (page) => takeValue(page, "ifMissing", "str", "ignore"),
    result: /deleted: 2.*missing: 0/,
  },
  {
    type: "amazon-s3-download",
    field: "path",
    fillIn: (page) => typeValue(page, "path", "str", "   "),
    wrong: "   ",
    reason: /only white space/,
    right: "docs/readme.txt",
    rest: async (page) => {
      await typeValue(page, "target", "str", join(downloads, "readme.txt"));
      await takeValue(page, "overwrite", "bool", "true");
    },
    result: /downloaded: 1.*skipped: 0/,
  },
  {
    type: "amazon-s3-exist",
    field: "path",
    fillIn: (page) => typeValue(page, "path", "str", "   "),
    wrong: "   ",
    reason: /only white space/,
    right: "docs/readme.txt",
    rest: (page) => takeOption(page, "#node-input-outputs", "2"),
    result: /^true$/,
  },
  {
    type: "amazon-s3-list",
    field: "maxResults",
    fillIn: async (page) => {
      await typeValue(page, "path", "str", "docs");
      await takeValue(page, "recurse", "bool", "true");
      await typeValue(page, "maxResults", "num", "0");
    },
    wrong: "0",
    reason: /whole number of at least 1, not "0"/,
    right: "2",
    result: /^\[ object, object \]$/,
  },
  {
    type: "amazon-s3-purge",
    field: "path",
    fillIn: (page) => typeValue(page, "path", "str", "/"),
    wrong: "/",
    reason: /whole bucket: tick/,
    right: "logs",
    rest: (page) => takeValue(page, "force", "bool", "true"),
    result: /dryRun: false.*deleted: 3/,
  },
  {
    type: "amazon-s3-read",
    field: "path",
    fillIn: (page) => typeValue(page, "path", "str", "docs/"),
    wrong: "docs/",
    reason: /names a folder: name an object/,
    right: "docs/readme.txt",
    rest: (page) => takeOption(page, "#node-input-format", "string"),
    result: /^"?Hello from S3"?$/,
  },
  {
    type: "amazon-s3-upload",
    field: "source",
    fillIn: (page) => typeValue(page, "source", "jsonata", '"a" &'),
    wrong: '"a" &',
    reason: /expression/i,
    right: JSON.stringify(join(root, "package.json")),
    rest: async (page) => {
      await typeValue(page, "path", "str", "docs/");
      await takeValue(page, "overwrite", "bool", "true");
    },
    result: /uploaded: 1/,
  },
  {
    type: "amazon-s3-write",
    field: "data",
    fillIn: async (page) => {
      await typeValue(page, "path", "str", "docs/new.json");
      await typeValue(page, "data", "json", "{a: 1}");
    },
    wrong: "{a: 1}",
    reason: /no valid JSON/,
    right: '{"a": 1}',
    rest: (page) => takeValue(page, "overwrite", "bool", "true"),
    result: /path: "docs\/new\.json".*written: true/,
  },
];
