import { readdirSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { readFlow } from "../../dev/demo/flows";
import { root } from "../../dev/demo/root";
import { evaluate } from "../../dev/screenshots/browser";
import { check } from "../support/checks";
import { type Place, withPage } from "./with-page";
import { deploy } from "./workspace";

const dialog = "#red-ui-clipboard-dialog";

/** An entry of the tree of examples. */
const entry = (name: string): string =>
  `#red-ui-clipboard-dialog-import-tab-examples .red-ui-treeList-label:has(.red-ui-treeList-label-text:text-is("${name}"))`;

/** Imports an example as a person does: by the menu. */
const importExample = async (page: Page, name: string): Promise<void> => {
  await page.click("#red-ui-header-button-sidemenu");
  await page.click("#menu-item-import");
  await page.click("#red-ui-tab-red-ui-clipboard-dialog-import-tab-examples");
  const ready = "#red-ui-clipboard-dialog-ok:not(:disabled)";
  for (let left = 5; left > 0; left--) {
    if (!(await page.isVisible(entry(name)))) await page.click(entry("node-red-contrib-amazon-s3"));
    await page.click(entry(name));
    // A click that meets the list while it opens is lost now and then.
    if (await page.waitForSelector(ready, { timeout: 5000 }).catch(() => undefined)) break;
  }
  await page.click(ready);
  await page.waitForSelector(dialog, { state: "hidden" });
};

/** All but the first flow: examples share a connection, which a second one would meet. */
const removeImported = (page: Page): Promise<unknown> =>
  evaluate(
    page,
    `(() => {
      const tabs = [];
      RED.nodes.eachWorkspace((tab) => { if (tab.id !== "tab") tabs.push(tab); });
      for (const tab of tabs) RED.workspaces.delete(tab);
      const connections = [];
      RED.nodes.eachConfig(({ id }) => { connections.push(id); });
      for (const id of connections) RED.nodes.remove(id);
    })()`,
  );

const texts = (page: Page, selector: string): Promise<string[]> =>
  evaluate(page, `$("${selector}").get().map((it) => it.textContent)`);

/** Each example is imported from the menu and deployed. */
export const checkExamples = async (place: Place): Promise<void> => {
  const names = readdirSync(join(root, "examples")).map((file) => file.replace(/\.json$/, ""));
  const run = async (page: Page): Promise<void> => {
    for (const name of names) {
      await check(`the example ${name} is imported from the menu and deployed`, async () => {
        await importExample(page, name);
        const nodes = readFlow(`examples/${name}.json`);
        await page.waitForFunction(
          `${JSON.stringify(nodes.map(({ id }) => id))}.every((id) => RED.nodes.node(id) ?? RED.nodes.workspace(id) ?? RED.nodes.group(id))`,
        );
        const unknown = `RED.nodes.filterNodes({}).filter(({ type, _def }) => type === "unknown" || !_def || _def.unknown).map(({ id }) => id)`;
        (await evaluate<string[]>(page, unknown)).should.eql([]);
        await deploy(page);
        (await texts(page, ".red-ui-notification-error, .red-ui-notification-warning")).should.eql([]);
      });
      await removeImported(page);
    }
  };
  await withPage(place, [{ id: "tab", type: "tab", label: "Flow 1" }], [{ about: "examples", run }]);
};
