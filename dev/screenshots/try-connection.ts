import { strictEqual } from "node:assert";
import type { Page } from "playwright-core";
import { evaluate, settle } from "./browser";
import { field, openConnection } from "./connection-form";
import { closeForm, dropNode, exported, openForm } from "./shots";

const configReason = (page: Page, name: string): Promise<string> =>
  evaluate(page, `$("${field(name)}").closest(".form-row").children(".amazon-s3-reason").text().trim()`);

/** Adds a connection from a node's form: wrong things first, then right ones, then again without a change. */
export const tryConnection = async (page: Page): Promise<void> => {
  const id = await dropNode(page, "amazon-s3-read", 200, 300);
  strictEqual(await evaluate(page, `RED.nodes.node("${id}").valid`), false, "a node without connection is valid");
  await openForm(page, id);
  await page.click("#node-input-btn-connection-add");
  await page.waitForSelector("#node-config-dialog-edit-form");
  await settle(page);
  const say = async (name: string): Promise<void> =>
    console.log(`connection ${name}: ${await configReason(page, name)}`);
  for (const name of ["accessKey", "secretKey", "region"]) await say(name);
  for (const text of ["s3.example.com", "ftp://a", "https://me:secret@s3.example.com"]) {
    await page.fill(field("endpoint"), text);
    await page.dispatchEvent(field("endpoint"), "change");
    await say("endpoint");
  }
  await page.selectOption(field("auth"), "role");
  await page.fill(field("roleArn"), "reader");
  await page.dispatchEvent(field("roleArn"), "change");
  await say("roleArn");
  await page.selectOption(field("auth"), "keys");
  await page.fill(field("endpoint"), "https://s3.example.com");
  for (const [name, text] of [
    ["accessKey", "AKIDEXAMPLE"],
    ["secretKey", "canary"],
    ["region", "eu-central-1"],
    ["bucket", "docs"],
  ] as const) {
    await page.fill(field(name), text);
    await page.dispatchEvent(field(name), "change");
  }
  strictEqual(
    await evaluate(page, `$("#node-config-dialog-edit-form .amazon-s3-reason").length`),
    0,
    "a right connection is refused",
  );
  await page.click("#node-config-dialog-ok");
  await page.waitForSelector("#node-config-dialog-edit-form", { state: "detached" });
  await settle(page);
  await closeForm(page, "ok");
  const made = await evaluate<string>(page, `RED.nodes.node("${id}").connection`);
  strictEqual(await evaluate(page, `RED.nodes.node("${made}").valid && RED.nodes.node("${id}").valid`), true);
  console.log(await evaluate(page, `RED.utils.getNodeLabel(RED.nodes.node("${made}"))`));
  const text = JSON.stringify(await exported(page, made));
  console.log(text);
  strictEqual(/canary|AKIDEXAMPLE|eu-central-1|docs/.test(text), false, "a credential was exported");
  await page.click("#red-ui-header-button-deploy");
  await page.waitForTimeout(1500);
  await openConnection(page, made);
  strictEqual(await page.inputValue(field("secretKey")), "__PWRD__", "the secret came back");
  strictEqual(await page.inputValue(field("region")), "eu-central-1");
  strictEqual(await evaluate(page, `$("#node-config-dialog-edit-form .amazon-s3-reason").length`), 0);
  await page.click("#node-config-dialog-ok");
  await settle(page);
  strictEqual(
    await evaluate(page, `!!RED.nodes.node("${made}").changed || RED.nodes.dirty()`),
    false,
    "changed without a change",
  );
};
