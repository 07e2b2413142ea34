import type { Page } from "playwright-core";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { evaluate, settle, untilClosed } from "../../dev/screenshots/browser";
import { check } from "../support/checks";
import { retype, tabTo } from "./keyboard";
import { type Place, withPage } from "./with-page";
import { deploy, dragFromPalette, openByMouse, untilDebugged } from "./workspace";

const most = 8;

/** Has the page note what the mouse is pressed on; a double click is two of them, and a drag is one. */
const notePresses = (page: Page): Promise<unknown> =>
  evaluate(
    page,
    `(() => {
      window.presses = [];
      document.addEventListener("mousedown", ({ target, isTrusted }) => {
        if (isTrusted) window.presses.push(target.id || target.closest("[id]")?.id || target.tagName);
      }, true);
    })()`,
  );

const choose = async (page: Page, name: string): Promise<void> => {
  await page.waitForSelector(".amazon-s3-entry");
  await page.keyboard.type(name.slice(0, 4));
  await page.waitForFunction(`$("li[tabindex] .amazon-s3-entry").length === 1`);
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.waitForSelector(`.amazon-s3-preview:has-text("Hello")`);
  await page.keyboard.press("Enter");
  await page.waitForSelector(".amazon-s3-list", { state: "detached" });
};

/** What somebody does who has never read a word: the mouse where Node-RED wants it, and keys in the fields. */
const readFirstObject = async (page: Page, server: S3Server): Promise<void> => {
  const { endpoint, accessKey, secretKey, region } = server;
  const id = await dragFromPalette(page, "amazon-s3-read", 360, 100);
  await openByMouse(page, id);
  await page.click("#node-input-path-browse");
  await page.waitForSelector("#node-config-dialog-edit-form");
  await settle(page);
  for (const [name, value] of Object.entries({ accessKey, secretKey, region, bucket: "docs", endpoint })) {
    await tabTo(page, `#node-config-input-${name}`);
    await retype(page, value);
  }
  await page.click("#node-config-dialog-ok");
  await choose(page, "hello.txt");
  await tabTo(page, "#amazon-s3-tryout");
  await page.keyboard.press("Space");
  await page.click("#node-dialog-ok");
  await page.waitForSelector("#dialog-form", { state: "detached" });
  await untilClosed(page);
  await deploy(page);
  await page.locator(".red-ui-flow-node-button-button").first().click();
  (await untilDebugged(page)).should.match(/Hello, newcomer/);
};

/** From an empty editor to the first object that is read. */
export const checkFirstObject = async (place: Place): Promise<void> => {
  const server = await startS3Server({ buckets: ["docs"] });
  server.put("docs", "hello.txt", "Hello, newcomer", { contentType: "text/plain" });
  server.put("docs", "other.txt", "x");
  try {
    const run = async (page: Page): Promise<void> => {
      await check(
        `a first object is read with ${most} clicks at most, and what they open explains itself`,
        async () => {
          await notePresses(page);
          await readFirstObject(page, server);
          const presses = await evaluate<string[]>(page, "window.presses");
          presses.length.should.be.belowOrEqual(most, `pressed on ${presses.join(", ")}`);
          presses.length.should.be.above(5);
        },
      );
    };
    await withPage(place, [], [{ about: "the first object", run }]);
  } finally {
    await server.close();
  }
};
