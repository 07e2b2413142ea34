import type { Page } from "playwright-core";
import { evaluate } from "../../dev/screenshots/browser";
import { closeConnection, field, openConnection } from "../../dev/screenshots/connection-form";
import { types } from "../../dev/screenshots/flow";
import { closeForm, dropNode, openForm } from "../../dev/screenshots/shots";

/** A form that is open: what it is of, and the selector of its element. */
export interface OpenForm {
  about: string;
  form: string;
}

const showAll = (page: Page, form: string): Promise<unknown> =>
  evaluate(page, `$("${form} .amazon-s3-more").prop("open", true)`);

/**
 * Opens the form of each node, and of a connection by each of the ways to keys, all of it unfolded. Values are literal
 * and some of them wrong, so that reasons stand below their rows.
 */
export const eachForm = async (
  page: Page,
  connection: string,
  run: (open: OpenForm) => Promise<void>,
): Promise<void> => {
  for (const type of types) {
    const id = await dropNode(page, type, 200, 300, { connection, path: "", pathType: "str" });
    await openForm(page, id);
    await showAll(page, "#dialog-form");
    await run({ about: type, form: "#dialog-form" });
    await closeForm(page, "cancel");
    await evaluate(page, `RED.nodes.remove("${id}")`);
  }
  await openConnection(page, connection);
  const form = "#node-config-dialog-edit-form";
  await showAll(page, form);
  for (const auth of ["keys", "role", "profile"]) {
    await page.selectOption(field("auth"), auth);
    await run({ about: `amazon-s3-config with ${auth}`, form });
  }
  await closeConnection(page, "cancel");
};
