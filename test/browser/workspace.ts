import type { Page } from "playwright-core";
import { evaluate, settle } from "../../dev/screenshots/browser";

/** Drags a node from the palette to a place on the workspace, in pixels from its left upper corner. Resolves to its id. */
export const dragFromPalette = async (page: Page, type: string, x: number, y: number): Promise<string> => {
  const entry = page.locator(`.red-ui-palette-node[data-palette-type="${type}"]`);
  await entry.scrollIntoViewIfNeeded();
  const [from, chart] = await Promise.all([entry.boundingBox(), page.locator("#red-ui-workspace-chart").boundingBox()]);
  if (!from || !chart) throw new Error(`${type} is not in the palette`);
  const all = `RED.nodes.filterNodes({ type: "${type}" }).map(({ id }) => id)`;
  const before = await evaluate<string[]>(page, all);
  await page.mouse.move(from.x + from.width / 2, from.y + from.height / 2);
  await page.mouse.down();
  await page.mouse.move(chart.x + x - 10, chart.y + y - 10, { steps: 4 });
  await page.mouse.move(chart.x + x, chart.y + y, { steps: 2 });
  await page.mouse.up();
  await page.waitForFunction(`${all}.length > ${before.length}`);
  const made = (await evaluate<string[]>(page, all)).find((id) => !before.includes(id));
  if (made === undefined) throw new Error(`${type} was not dropped`);
  return made;
};

/** Opens a node's form by a double click. */
export const openByMouse = async (page: Page, id: string): Promise<void> => {
  await page.locator(`[id="${id}"] .red-ui-flow-node`).first().dblclick();
  await page.waitForSelector("#dialog-form");
  await settle(page);
};

/** Clicks Deploy, and waits until the flows run: Node-RED answers before that. */
export const deploy = async (page: Page, click = () => page.click("#red-ui-header-button-deploy")): Promise<void> => {
  await evaluate(
    page,
    `window.running ?? RED.comms.subscribe("notification/runtime-deploy", (_, { revision }) => { window.running = revision; })`,
  );
  const answered = page.waitForResponse((it) => it.request().method() === "POST" && /\/flows$/.test(it.url()));
  await click();
  const answer = await answered;
  if (!answer.ok()) throw new Error(`the deployment was answered with ${answer.status()}`);
  const { rev } = (await answer.json()) as { rev: string };
  await page.waitForFunction(`window.running === "${rev}" && !RED.nodes.dirty()`);
};

/** The button of an inject node, on the workspace. */
export const injectButton = (page: Page, id: string) =>
  page.locator(`[id="${id}"] .red-ui-flow-node-button-button`).first();

/** What the debug sidebar shows, oldest message first. */
export const debugged = (page: Page): Promise<string[]> =>
  evaluate(page, `$(".red-ui-debug-msg-payload").get().map((it) => it.textContent.trim())`);

/** Waits until the debug sidebar, as it is seen, has a message. */
export const untilDebugged = async (page: Page): Promise<string> => {
  await page.waitForSelector(".red-ui-debug-msg-payload", { state: "visible" });
  return (await debugged(page)).at(-1) ?? "";
};
