import type { Page } from "playwright-core";

/**
 * The text of the browser's list, as it is seen. Entries that are out of sight are not drawn, as each is until a first frame:
 * what is read at once has no text on a machine that is busy.
 */
export const shownList = async (page: Page): Promise<string> => {
  const shown = await page.waitForFunction(
    `document.querySelector(".amazon-s3-list:not([aria-busy])")?.innerText.trim()`,
  );
  return (await shown.jsonValue()) as string;
};
