import type { Page } from "playwright-core";
import { evaluate, settle, untilClosed } from "../../dev/screenshots/browser";

/** The field of a property in the connection's form. */
export const field = (name: string): string => `#node-config-input-${name}`;

/** Opens the form of a connection that is in the flow. */
export const openConnection = async (page: Page, id: string): Promise<void> => {
  await evaluate(page, `RED.editor.editConfig("", "amazon-s3-config", ${JSON.stringify(id)})`);
  await page.waitForSelector("#node-config-dialog-edit-form");
  await settle(page);
};

export const closeConnection = async (page: Page, button: "ok" | "cancel"): Promise<void> => {
  await page.click(`#node-config-dialog-${button}`);
  await page.waitForSelector("#node-config-dialog-edit-form", { state: "detached" });
  await untilClosed(page);
};

/** Fills in fields as a person does, who leaves each of them afterwards. */
export const fill = async (page: Page, values: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, value] of Object.entries(values)) {
    await page.fill(field(name), value);
    await page.dispatchEvent(field(name), "change");
  }
};

export const typedIn = (page: Page, name: string): Promise<string> => evaluate(page, `$("${field(name)}").val()`);

/** The reasons that stand below the rows. */
export const reasons = (page: Page): Promise<string> => evaluate(page, `$(".amazon-s3-reason").text().trim()`);
