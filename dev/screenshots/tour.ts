import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { readFlow, startAndResults } from "../demo/flows";
import { root } from "../demo/root";
import { openEditor, startBrowser } from "./browser";
import { palettePng } from "./palette-png";

const height = 880;
const width = 1360;
const widen = 80;

/** The address that `npm start` prints. */
const addressOf = async (demo: ChildProcess): Promise<string> => {
  let printed = "";
  for await (const text of demo.stdout ?? []) {
    printed += text;
    const found = /Open (\S+)/.exec(printed);
    if (found?.[1]) return found[1];
  }
  throw new Error(`the demo did not start: ${printed}`);
};

/** Makes the sidebar wider, so that the names of the debug nodes fit into their lines. */
const widenSidebar = async (page: Page): Promise<void> => {
  const separator = await page.locator("#red-ui-sidebar-separator").boundingBox();
  if (!separator) throw new Error("the sidebar has no separator");
  const [x, y] = [separator.x + separator.width / 2, separator.y + separator.height / 2];
  await page.mouse.move(x, y);
  await page.mouse.down();
  await page.mouse.move(x - widen, y, { steps: 5 });
  await page.mouse.up();
};

/**
 * Takes the README's picture: the tour in the editor, as someone sees it who has typed `npm start` and opens the
 * address. `node .build/dev/screenshots/tour.js` writes docs/tour.png.
 */
const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: join(root, "docs", "tour.png") },
      chromium: { type: "string", default: "/usr/bin/chromium" },
    },
  });
  const demo = spawn(process.execPath, [join(__dirname, "..", "start.js")], { stdio: ["ignore", "pipe", "inherit"] });
  const ended = once(demo, "exit");
  try {
    const url = await addressOf(demo);
    const browser = await startBrowser(values.chromium);
    try {
      const { page } = await openEditor(browser, url, false);
      await page.setViewportSize({ width, height });
      const results = startAndResults(readFlow("examples/tour.json")).results.length;
      await page.waitForFunction(`$(".red-ui-debug-msg-name").length >= ${results}`);
      await widenSidebar(page);
      await page.mouse.move(width / 2, height / 2);
      await page.waitForTimeout(1000);
      mkdirSync(dirname(values.out), { recursive: true });
      writeFileSync(values.out, palettePng(await page.screenshot()));
      console.log(values.out);
    } finally {
      await browser.close();
    }
  } finally {
    demo.kill("SIGTERM");
    await ended;
  }
};

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
