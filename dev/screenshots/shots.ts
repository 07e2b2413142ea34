import { join } from "node:path";
import type { Page } from "playwright-core";
import { evaluate, settle, untilClosed } from "./browser";
import { openConnection } from "./connection-form";
import { types } from "./flow";

/** Takes one picture; `of` is a selector, the whole window without it. */
export type Shoot = (name: string, of?: string) => Promise<void>;

/** Names the pictures of one editor: folder, then version and theme. */
export const shooter =
  (page: Page, folder: string, prefix: string): Shoot =>
  async (name, of) => {
    const path = join(folder, `${prefix}-${name}.png`);
    if (of === undefined) await page.screenshot({ path });
    else await page.locator(of).first().screenshot({ path });
  };

/** Adds a fresh node, connected, as the palette does. Resolves to its id. */
export const dropNode = (page: Page, type: string, x: number, y: number, more: object = {}): Promise<string> =>
  evaluate(
    page,
    `(() => {
      const [created] = RED.view.createNode ? [RED.view.createNode(${JSON.stringify(type)}, ${x}, ${y}).node] : [];
      Object.assign(created, ${JSON.stringify(more)});
      RED.nodes.add(created);
      RED.editor.validateNode(created);
      RED.view.redraw(true);
      return created.id;
    })()`,
  );

/** Opens a node's form. */
export const openForm = async (page: Page, id: string): Promise<void> => {
  await evaluate(page, `RED.editor.edit(RED.nodes.node(${JSON.stringify(id)}))`);
  await page.waitForSelector("#dialog-form");
  await settle(page);
};

/** Closes the open form by one of its buttons. */
export const closeForm = async (page: Page, button: "ok" | "cancel"): Promise<void> => {
  await page.click(`#node-dialog-${button}`);
  await page.waitForSelector("#dialog-form", { state: "detached" });
  await untilClosed(page);
};

/** Runs something in the form of a fresh node, which goes again afterwards. */
export const withForm = async (
  page: Page,
  type: string,
  more: object,
  run: (id: string) => Promise<unknown>,
): Promise<void> => {
  const id = await dropNode(page, type, 300, 400, more);
  await openForm(page, id);
  try {
    await run(id);
  } finally {
    await closeForm(page, "cancel");
    await evaluate(page, `RED.nodes.remove("${id}")`);
  }
};

/** What is saved of a node. */
export const exported = (page: Page, id: string): Promise<Record<string, unknown>> =>
  evaluate(page, `RED.nodes.createExportableNodeSet([RED.nodes.node("${id}")])[0]`);

/** Shows a node's help in the sidebar. */
const showHelp = async (page: Page, type: string): Promise<void> => {
  await evaluate(page, `RED.sidebar.help.show(${JSON.stringify(type)}, true)`);
  await settle(page);
};

/** The pictures of everything: palette, canvas, forms (as dropped, and unfolded) and helps. */
export const shootAll = async (page: Page, shoot: Shoot, connection: string): Promise<void> => {
  const ids: string[] = [];
  for (const [index, type] of types.entries()) {
    ids.push(await dropNode(page, type, 160 + (index % 4) * 190, 80 + Math.floor(index / 4) * 80, { connection }));
  }
  await dropNode(page, "amazon-s3-read", 730, 160, { connection, path: "docs/report.json", pathType: "str" });
  await dropNode(page, "amazon-s3-exist", 160, 240, { connection, outputs: 2, name: "Is it there?" });
  await dropNode(page, "amazon-s3-write", 350, 240, { connection, path: "", pathType: "str" });
  await page.locator('[data-palette-type="amazon-s3-write"]').scrollIntoViewIfNeeded();
  await settle(page);
  await shoot("canvas");
  for (const [index, type] of types.entries()) {
    await openForm(page, ids[index] ?? "");
    await shoot(`form-${type}`);
    if (await evaluate<boolean>(page, `$(".amazon-s3-more").length > 0`)) {
      await evaluate(page, `$(".amazon-s3-more").prop("open", true)`);
      await evaluate(page, `$(".amazon-s3-more")[0].scrollIntoView()`);
      await shoot(`form-${type}-more`);
    }
    await closeForm(page, "cancel");
    await showHelp(page, type);
    await shoot(`help-${type}`);
    await evaluate(page, `$(".red-ui-help pre, .red-ui-help h3").last()[0].scrollIntoView({ block: "end" })`);
    await shoot(`help-${type}-end`);
  }
  await openConnection(page, connection);
  for (const auth of ["keys", "role", "default"]) {
    await page.selectOption("#node-config-input-auth", auth);
    await shoot(`form-connection-${auth}`);
  }
  await evaluate(page, `$(".amazon-s3-more").prop("open", true)`);
  await shoot("form-connection-more");
  await page.click("#node-config-dialog-cancel");
  await settle(page);
  await showHelp(page, "amazon-s3-config");
  await shoot("help-connection");
};
