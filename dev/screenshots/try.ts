import { strictEqual } from "node:assert";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { evaluate, openEditor, settle, startBrowser } from "./browser";
import { startEditor } from "./editor";
import { connection, types } from "./flow";
import { closeForm, dropNode, exported, openForm } from "./shots";
import { tryConnection } from "./try-connection";
import { type Wrong, wrongs } from "./wrongs";

/** Puts a value into a field as typing does, with its type where it has one. */
const fill = (page: Page, wrong: Wrong): Promise<void> =>
  evaluate(
    page,
    `(() => {
      const { field, type, value } = ${JSON.stringify(wrong)};
      const input = $("#node-input-" + field);
      if (type) {
        input.typedInput("type", type);
        input.typedInput("value", value);
      } else if (input.attr("type") === "checkbox") {
        input.prop("checked", value === "true").trigger("change");
      } else {
        input.val(value).trigger("change");
      }
    })()`,
  );

const reasonBelow = (page: Page, field: string): Promise<string> =>
  evaluate(page, `$("#node-input-${field}").closest(".form-row").children(".amazon-s3-reason").text()`);

/** Types wrong things into the forms, and prints what they say. */
const typeWrongThings = async (page: Page): Promise<number> => {
  let silent = 0;
  for (const wrong of wrongs) {
    const id = await dropNode(page, wrong.node, 200, 400, { connection: connection.id });
    await openForm(page, id);
    await fill(page, wrong);
    const reason = await reasonBelow(page, wrong.field);
    const red = await evaluate<boolean>(page, `$("#node-input-${wrong.field}").hasClass("input-error")`);
    const shown = `${wrong.node} ${wrong.field} = ${wrong.type ?? "plain"}:${JSON.stringify(wrong.value)}`;
    const good = wrong.good === true;
    if ((reason === "") !== good || red === good) silent += 1;
    console.log(`${shown}\n    ${reason === "" ? "(nothing)" : reason}${red ? "" : " [not red]"}`);
    await closeForm(page, "ok");
    const valid = await evaluate<boolean>(page, `RED.nodes.node("${id}").valid`);
    if (valid !== good) {
      silent += 1;
      console.log(`    saved, and valid is ${valid}`);
    }
    await evaluate(page, `RED.nodes.remove("${id}")`);
  }
  return silent;
};

/** Opens a fresh node and closes it with Done: it must be valid, and neither changed nor saved differently. */
const reopen = async (page: Page): Promise<void> => {
  for (const type of types) {
    const id = await dropNode(page, type, 200, 300, { connection: connection.id, changed: false });
    // The first drawing moves a node onto the grid.
    await settle(page);
    const before = await exported(page, id);
    strictEqual(await evaluate(page, `RED.nodes.node("${id}").valid`), true, `${type} is invalid when dropped`);
    await openForm(page, id);
    strictEqual(await evaluate(page, `$(".amazon-s3-reason").length`), 0, `${type} complains when dropped`);
    await closeForm(page, "ok");
    strictEqual(await evaluate(page, `RED.nodes.node("${id}").changed`), false, `${type} changed without a change`);
    strictEqual(JSON.stringify(await exported(page, id)), JSON.stringify(before), `${type} saves differently`);
    console.log(JSON.stringify(before));
    await evaluate(page, `RED.nodes.remove("${id}")`);
  }
};

/** Goes from two outputs to one: the second's wire goes, the first's stays. */
const tryOutputs = async (page: Page): Promise<void> => {
  const from = await dropNode(page, "amazon-s3-exist", 200, 300, { connection: connection.id, outputs: 2 });
  const to = await dropNode(page, "amazon-s3-read", 400, 300, { connection: connection.id });
  await evaluate(
    page,
    `[0, 1].forEach((sourcePort) => RED.nodes.addLink({ source: RED.nodes.node("${from}"), sourcePort, target: RED.nodes.node("${to}") }))`,
  );
  await openForm(page, from);
  await page.selectOption("#node-input-outputs", "1");
  await closeForm(page, "ok");
  const { outputs, wires } = await exported(page, from);
  strictEqual(JSON.stringify([outputs, wires]), JSON.stringify([1, [[to]]]), "the wire of the second output stayed");
};

/** Tries every form in the editor, with wrong and right things. */
const main = async (): Promise<void> => {
  const root = join(__dirname, "..", "..", "..");
  const { values } = parseArgs({
    options: {
      "node-red": { type: "string", default: join(root, "node_modules", "node-red") },
      node: { type: "string", default: process.execPath },
      chromium: { type: "string", default: "/usr/bin/chromium" },
    },
  });
  const flow = [{ id: "tab", type: "tab", label: "Amazon S3" }, connection];
  const editor = await startEditor({ nodeRed: values["node-red"], node: values.node, root, flow });
  const browser = await startBrowser(values.chromium);
  try {
    const { page, complaints } = await openEditor(browser, editor.url, false);
    await reopen(page);
    strictEqual(await typeWrongThings(page), 0, "some wrong values were taken, or right ones refused");
    await tryOutputs(page);
    await tryConnection(page);
    strictEqual(complaints.join("\n"), "", "the console complained");
  } finally {
    await browser.close();
    await editor.stop();
  }
};

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
