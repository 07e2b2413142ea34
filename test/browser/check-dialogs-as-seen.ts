import { startS3Server } from "../../dev/s3-server";
import { closeConnection, fill, fillFor, openConnection } from "../../dev/screenshots/connection-form";
import { withForm } from "../../dev/screenshots/shots";
import { checkBarriers, loadAxe } from "./check-barriers";
import type { Part } from "./with-page";

const browser = ".ui-dialog:has(.amazon-s3-list)";

/** Whether everybody can use what the forms' buttons open: findings on a connection, the browser of the store. */
export const dialogsAsSeen: Part = {
  about: "the dialogs",
  run: async (page) => {
    const server = await startS3Server({ buckets: ["docs"] });
    server.put("docs", "readme.txt", "Hello");
    server.put("docs", "reports/may.csv", "a;b");
    try {
      await loadAxe(page);
      await openConnection(page, "s3");
      await fillFor(page, server, "none");
      await page.click("#node-config-input-try");
      await page.waitForSelector("#amazon-s3-trial li");
      await checkBarriers(page, { about: "a tested connection", form: "#node-config-dialog-edit-form" });
      await fill(page, { bucket: "docs" });
      await closeConnection(page, "ok");
      for (const [name, about] of [
        ["path", "a bucket, browsed"],
        ["bucket", "the buckets, browsed"],
      ] as const) {
        await withForm(page, "amazon-s3-read", { connection: "s3" }, async () => {
          await page.click(`#node-input-${name}-browse`);
          await page.waitForSelector(`${browser} li[tabindex]`);
          if (name === "path") {
            await page.click('.amazon-s3-entry:has-text("reports/")');
            await page.click('.amazon-s3-entry:has-text("readme.txt")');
            await page.waitForSelector('.amazon-s3-preview:has-text("Hello")');
          }
          await checkBarriers(page, { about, form: browser });
          await page.click(`${browser} .ui-dialog-titlebar-close`);
        });
      }
    } finally {
      await server.close();
    }
  },
};
