import { bucketParameter as bucket } from "../core/bucket";
import type { Operation } from "../core/operation";
import type { Declared } from "../core/parameter";
import { indent } from "./code";
import { layoutOf } from "./layout";
import { optionTexts } from "./options";
import { plain } from "./plain";

const id = (name: string): string => `node-input-${name}`;

const label = (name: string, icon: string, caption: string, title = ""): string =>
  `<label for="${id(name)}"${title === "" ? "" : ` title="${plain(title)}"`}><i class="fa fa-${icon}"></i> ${caption}</label>`;

const row = (...content: readonly string[]): string =>
  `<div class="form-row">\n${indent(content.join("\n"), 2)}\n</div>`;

/** An example, else the default in words. */
const placeholderOf = (declared: Declared<unknown>): string => {
  const shown = declared.placeholder ?? declared.fallbackText;
  return shown === undefined ? "" : ` placeholder="${plain(shown)}"`;
};

/** A typedInput and the hidden field of its type. */
const typedRow = (name: string, declared: Declared<unknown>): string =>
  row(
    label(name, declared.icon, declared.label, declared.text),
    `<input type="text" id="${id(name)}"${placeholderOf(declared)} style="width: 70%">`,
    `<input type="hidden" id="${id(name)}Type">`,
  );

/** A typedInput with a button that opens a browser of the store; its words are the catalogue's. */
const browsedRow = (name: string, declared: Declared<unknown>): string =>
  row(
    label(name, declared.icon, declared.label, declared.text),
    `<input type="text" id="${id(name)}"${placeholderOf(declared)} style="width: calc(70% - 40px)">`,
    `<input type="hidden" id="${id(name)}Type">`,
    `<button type="button" class="red-ui-button" id="${id(name)}-browse" style="width: 34px; vertical-align: top"><i class="fa fa-folder-open-o"></i></button>`,
  );

const checkboxRow = (name: string, declared: Declared<unknown>): string =>
  row(
    "<label>&nbsp;</label>",
    `<input type="checkbox" id="${id(name)}" style="display: inline-block; width: auto; vertical-align: top">`,
    `<label for="${id(name)}" style="width: calc(70% - 25px)"><b>${declared.label}</b>: ${declared.text}</label>`,
  );

const option = (value: string, text: string): string => `<option value="${plain(value)}">${plain(text)}</option>`;

const selectRow = (name: string, declared: Declared<unknown>): string => {
  const options =
    declared.groups === undefined
      ? Object.entries(optionTexts(declared)).map(([value, text]) => option(value, text))
      : declared.groups.map(
          (group) =>
            `<optgroup label="${plain(group.label)}">\n${indent(group.values.map((it) => option(it, it)).join("\n"), 2)}\n</optgroup>`,
        );
  return row(
    label(name, declared.icon, declared.label, declared.text),
    `<select id="${id(name)}" style="width: 70%">\n${indent(options.join("\n"), 2)}\n</select>`,
  );
};

const plainRow = (name: string, declared: Declared<unknown>): string =>
  row(
    label(name, declared.icon, declared.label, declared.text),
    `<input type="text" id="${id(name)}"${placeholderOf(declared)}>`,
  );

const settingRow = (name: string, declared: Declared<unknown>): string => {
  if (declared.kind === "boolean") return checkboxRow(name, declared);
  if (declared.options !== undefined || declared.groups !== undefined) return selectRow(name, declared);
  return plainRow(name, declared);
};

/** The form: connection, bucket, the parameters, the settings, what is rarely used folded up, output and name. */
export const rowsOf = (operation: Operation): string => {
  const more = layoutOf(operation).more ?? [];
  const parameters = Object.entries(operation.parameters);
  const typed = ([name, declared]: [string, Declared<unknown>]): string =>
    name === "path" ? browsedRow(name, declared) : typedRow(name, declared);
  const folded = parameters.filter(([name]) => more.includes(name)).map(typed);
  return [
    row(label("connection", "cloud", "Connection"), `<input type="text" id="${id("connection")}">`),
    browsedRow("bucket", bucket),
    ...parameters.filter(([name]) => !more.includes(name)).map(typed),
    ...Object.entries(operation.settings).map(([name, declared]) => settingRow(name, declared)),
    ...(folded.length === 0
      ? []
      : [
          `<details class="form-row amazon-s3-more">\n  <summary style="cursor: pointer; margin-bottom: 12px">More options</summary>\n${indent(folded.join("\n"), 2)}\n</details>`,
        ]),
    row(
      label("output", "sign-out", "Output", "where the result goes"),
      `<input type="text" id="${id("output")}" placeholder="payload" style="width: 70%">`,
      `<input type="hidden" id="${id("output")}Type">`,
    ),
    row(label("name", "tag", "Name"), `<input type="text" id="${id("name")}" placeholder="Name">`),
  ].join("\n");
};
