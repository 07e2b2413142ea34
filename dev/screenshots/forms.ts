import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import type { Page } from "playwright-core";
import { root } from "../demo/root";
import { startS3Server } from "../s3-server";
import { evaluate, openEditor, settle, startBrowser } from "./browser";
import { closeConnection, connectionForm, connectTo, fill, openConnection } from "./connection-form";
import { startEditor } from "./editor";
import { filledConnection, filledKeys, filledNodes } from "./filled";
import { connection } from "./flow";
import { palettePng } from "./palette-png";
import { withForm } from "./shots";

const width = 1360;
const height = 900;
const largest = 60_000;

/** Takes a picture of the uppermost tray alone, as high as its form needs. */
const shootTray = async (page: Page, file: string, form: string): Promise<void> => {
  // What has the focus is no part of the form.
  await evaluate(page, "document.activeElement.blur()");
  await page.mouse.move(0, 0);
  const missing = await evaluate<number>(
    page,
    `(() => {
      const [body] = $("${form}").closest(".red-ui-tray-body");
      const last = Math.max(...$("${form}").find(".form-row:visible").not("details:not([open]) .form-row").get().map((row) => row.getBoundingClientRect().bottom));
      return Math.ceil(last + body.scrollTop + 16 - body.getBoundingClientRect().bottom);
    })()`,
  );
  await page.setViewportSize({ width, height: height + missing });
  await settle(page);
  const picture = palettePng(await page.locator(".red-ui-tray").last().screenshot());
  if (picture.length > largest) throw new Error(`${file} has ${picture.length} bytes: ${largest} at most`);
  writeFileSync(file, picture);
  console.log(`${file}: ${picture.length} bytes`);
  await page.setViewportSize({ width, height });
};

const shootNode = (page: Page, file: string, type: string): Promise<void> =>
  withForm(page, type, { connection: connection.id, ...filledNodes[type] }, async () => {
    if (filledNodes[type]?.filter !== undefined) await page.waitForSelector('.amazon-s3-matches:has-text("matches 2")');
    await shootTray(page, file, "#dialog-form");
  });

const shootConnection = async (page: Page, file: string): Promise<void> => {
  await openConnection(page, connection.id);
  await fill(page, filledConnection);
  await shootTray(page, file, connectionForm);
  await closeConnection(page, "cancel");
};

/** Takes the pictures of the forms for the documentation: `npm run pictures` writes docs/forms. */
const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: join(root, "docs", "forms") },
      chromium: { type: "string", default: "/usr/bin/chromium" },
    },
  });
  mkdirSync(values.out, { recursive: true });
  const flow = [
    { id: "tab", type: "tab", label: "Amazon S3" },
    { ...connection, endpoint: "", name: "Reports" },
  ];
  const nodeRed = join(root, "node_modules", "node-red");
  const editor = await startEditor({ nodeRed, node: process.execPath, root, flow });
  const server = await startS3Server({ buckets: ["my-bucket"] });
  for (const key of filledKeys) server.put("my-bucket", key, "");
  const browser = await startBrowser(values.chromium);
  try {
    const { page } = await openEditor(browser, editor.url, false);
    await page.setViewportSize({ width, height });
    await connectTo(page, connection.id, server, "my-bucket");
    for (const type of Object.keys(filledNodes))
      await shootNode(page, join(values.out, `${type.replace("amazon-s3-", "")}.png`), type);
    await shootConnection(page, join(values.out, "connection.png"));
  } finally {
    await browser.close();
    await editor.stop();
    await server.close();
  }
};

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
