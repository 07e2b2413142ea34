import type { Page } from "playwright-core";
import { evaluate, settle, untilClosed } from "./browser";

/** The field of a property in the connection's form. */
export const field = (name: string): string => `#node-config-input-${name}`;

/** The element that holds the form. */
export const connectionForm = "#node-config-dialog-edit-form";

/** Opens the form of a connection that is in the flow. */
export const openConnection = async (page: Page, id: string): Promise<void> => {
  await evaluate(page, `RED.editor.editConfig("", "amazon-s3-config", ${JSON.stringify(id)})`);
  await page.waitForSelector(connectionForm);
  await settle(page);
};

export const closeConnection = async (page: Page, button: "ok" | "cancel"): Promise<void> => {
  await page.click(`#node-config-dialog-${button}`);
  await page.waitForSelector(connectionForm, { state: "detached" });
  await untilClosed(page);
};

/** Fills in fields as a person does, who leaves each of them afterwards. */
export const fill = async (page: Page, values: Readonly<Record<string, string>>): Promise<void> => {
  for (const [name, value] of Object.entries(values)) {
    await page.fill(field(name), value);
    await page.dispatchEvent(field(name), "change");
  }
};

/** Where a server answers, and what it takes. */
interface Access {
  endpoint: string;
  accessKey: string;
  secretKey: string;
  region: string;
}

/** Fills in the open form for a bucket of a server, with its keys. */
export const fillFor = async (page: Page, server: Access, bucket: string): Promise<void> => {
  const { endpoint, accessKey, secretKey, region } = server;
  await page.selectOption(field("auth"), "keys");
  await fill(page, { endpoint, accessKey, secretKey, region, bucket });
};

/** Gives a connection that is in the flow a bucket of a server, not deployed. */
export const connectTo = async (page: Page, id: string, server: Access, bucket: string): Promise<void> => {
  await openConnection(page, id);
  await fillFor(page, server, bucket);
  await closeConnection(page, "ok");
};
