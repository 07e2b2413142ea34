import { bucketParameter as bucket } from "../core/bucket";
import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import { indent } from "./code";
import { layoutOf } from "./layout";
import { quotable } from "./plain";

// No text stands here: data-i18n names those of the node's catalogue.

const id = (name: string): string => `node-input-${name}`;

const textLabel = (name: string, icon: string, text: string): string =>
  `<label for="${id(name)}"><i class="fa fa-${icon}"></i> <span data-i18n="${text}"></span></label>`;

/** The label of a row that has its texts below `rows`. */
const label = (name: string, icon: string): string =>
  `<label for="${id(name)}" data-i18n="[title]rows.${name}.title"><i class="fa fa-${icon}"></i> <span data-i18n="rows.${name}.label"></span></label>`;

const row = (...content: readonly string[]): string =>
  `<div class="form-row">\n${indent(content.join("\n"), 2)}\n</div>`;

/** An example, which is the same in every language, or a text. */
const placeholderOf = (name: string, declared: Declared<unknown>): string => {
  if (declared.placeholder !== undefined) return ` placeholder="${quotable(declared.placeholder)}"`;
  if (declared.example === undefined && declared.fallbackText === undefined) return "";
  return ` data-i18n="[placeholder]rows.${name}.placeholder"`;
};

/** A typedInput and the hidden field of its type. */
const typedRow = (name: string, declared: Declared<unknown>): string =>
  row(
    label(name, declared.icon),
    `<input type="text" id="${id(name)}"${placeholderOf(name, declared)} style="width: 70%">`,
    `<input type="hidden" id="${id(name)}Type">`,
  );

/** A typedInput with a button that opens a browser of the store, or of the disk; its words are the connection's. */
const browsedRow = (name: string, declared: Declared<unknown>): string =>
  row(
    label(name, declared.icon),
    `<input type="text" id="${id(name)}"${placeholderOf(name, declared)} style="width: calc(70% - 40px)">`,
    `<input type="hidden" id="${id(name)}Type">`,
    `<button type="button" class="red-ui-button" id="${id(name)}-browse" style="width: 34px; vertical-align: top"><i class="fa fa-folder-open-o"></i></button>`,
  );

const checkboxRow = (name: string): string =>
  row(
    "<label>&nbsp;</label>",
    `<input type="checkbox" id="${id(name)}" style="display: inline-block; width: auto; vertical-align: top">`,
    `<label for="${id(name)}" style="width: calc(70% - 25px)" data-i18n="[html]rows.${name}.check"></label>`,
  );

const selectRow = (name: string, declared: Declared<unknown>): string => {
  const options =
    declared.groups === undefined
      ? (declared.options ?? []).map(
          (it) => `<option value="${quotable(it)}" data-i18n="rows.${name}.options.${it}"></option>`,
        )
      : declared.groups.map((group) => {
          const values = group.values.map((it) => `<option value="${quotable(it)}">${quotable(it)}</option>`);
          return `<optgroup data-i18n="[label]encodings.${group.name}">\n${indent(values.join("\n"), 2)}\n</optgroup>`;
        });
  return row(
    label(name, declared.icon),
    `<select id="${id(name)}" style="width: 70%">\n${indent(options.join("\n"), 2)}\n</select>`,
  );
};

const plainRow = (name: string, declared: Declared<unknown>): string =>
  row(label(name, declared.icon), `<input type="text" id="${id(name)}"${placeholderOf(name, declared)}>`);

const settingRow = (name: string, declared: Declared<unknown>): string => {
  if (declared.kind === "boolean") return checkboxRow(name);
  if (declared.options !== undefined || declared.groups !== undefined) return selectRow(name, declared);
  return plainRow(name, declared);
};

/** What the resulting message looks like: filled in by browser/result.js. */
const resultRow = (): string =>
  `<div class="form-row amazon-s3-result">
  <label for="${id("result")}" data-i18n="[title]form.resultTitle"><i class="fa fa-envelope-o"></i> <span data-i18n="form.result"></span></label>
  <output id="${id("result")}"></output>
</div>`;

/** The form: connection, bucket, the parameters, with the settings that decide on them, the other settings, what is rarely used folded up, output, name, result. */
export const rowsOf = (operation: Operation): string => {
  const { more = [], ahead = {}, disk = [] } = layoutOf(operation);
  const parameters = Object.entries(operation.parameters);
  const typed = ([name, declared]: [string, Declared<unknown>]): string =>
    name === "path" || disk.includes(name) ? browsedRow(name, declared) : typedRow(name, declared);
  const settings = Object.entries(operation.settings);
  const ofSetting = ([name, declared]: [string, Declared<unknown>]): string => settingRow(name, declared);
  const before = (name: string): string[] =>
    settings.filter(([setting]) => ahead[name]?.includes(setting)).map(ofSetting);
  const early = Object.values(ahead).flat();
  const folded = parameters.filter(([name]) => more.includes(name)).map(typed);
  const rows = [
    row(textLabel("connection", "cloud", "form.connection"), `<input type="text" id="${id("connection")}">`),
    browsedRow("bucket", bucket),
    ...parameters
      .filter(([name]) => !more.includes(name))
      .flatMap((parameter) => [...before(parameter[0]), typed(parameter)]),
    ...settings.filter(([name]) => !early.includes(name)).map(ofSetting),
    ...(folded.length === 0
      ? []
      : [
          `<details class="form-row amazon-s3-more">\n  <summary style="cursor: pointer; margin-bottom: 12px" data-i18n="form.more"></summary>\n${indent(folded.join("\n"), 2)}\n</details>`,
        ]),
    row(
      label("output", "sign-out"),
      `<input type="text" id="${id("output")}" placeholder="payload" style="width: 70%">`,
      `<input type="hidden" id="${id("output")}Type">`,
    ),
    row(
      textLabel("name", "tag", "form.name"),
      `<input type="text" id="${id("name")}" data-i18n="[placeholder]form.name">`,
    ),
    resultRow(),
  ].join("\n");
  return `<div class="amazon-s3-form">\n${indent(rows, 2)}\n</div>`;
};
