import type { Page } from "playwright-core";
import { evaluate } from "../../dev/screenshots/browser";

/** Far more than any form has places to stop at. */
const most = 60;

const container = (name: string): string => `#node-input-${name} + .red-ui-typedInput-container`;

const isFocused = (page: Page, selector: string): Promise<boolean> =>
  evaluate(page, `document.activeElement.matches(${JSON.stringify(selector)})`);

/** Presses Tab, or Shift+Tab, until an element has the focus. Throws when Tab never gets there. */
export const tabTo = async (page: Page, selector: string, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> => {
  for (let pressed = 0; pressed < most; pressed += 1) {
    if (await isFocused(page, selector)) return;
    await page.keyboard.press(key);
  }
  throw new Error(`${key} does not reach ${selector}`);
};

/** The entry of an open typedInput's menu that has the focus; empty while it opens. */
const focusedEntry = (page: Page): Promise<string> =>
  evaluate(
    page,
    `$(document.activeElement).closest(".red-ui-typedInput-options").length ? $(document.activeElement).attr("value") : ""`,
  );

/** Takes an entry of a typedInput's menu, which the focused button opens. */
const takeEntry = async (page: Page, value: string): Promise<void> => {
  await page.keyboard.press("ArrowDown");
  await page.waitForFunction(`$(document.activeElement).closest(".red-ui-typedInput-options").length > 0`);
  for (const key of ["ArrowUp", "ArrowDown"]) {
    for (let before = ""; before !== (await focusedEntry(page)); ) {
      before = await focusedEntry(page);
      if (before === value) break;
      await page.keyboard.press(key);
    }
  }
  if ((await focusedEntry(page)) !== value) throw new Error(`the menu has no ${value}`);
  await page.keyboard.press("Enter");
  await page.waitForFunction(`$(".red-ui-typedInput-options:visible").length === 0`);
};

/** Replaces what the focused field holds. */
export const retype = async (page: Page, text: string): Promise<void> => {
  await page.keyboard.press("Control+A");
  if (text === "") await page.keyboard.press("Delete");
  else await page.keyboard.type(text);
};

/** Chooses a typedInput's type and types a value. */
export const typeValue = async (page: Page, name: string, type: string, text: string): Promise<void> => {
  await tabTo(page, `${container(name)} .red-ui-typedInput-type-select`);
  await takeEntry(page, type);
  await tabTo(page, `${container(name)} input`);
  await retype(page, text);
};

/** Chooses one of the values that a typedInput's type offers, such as true. */
export const takeValue = async (page: Page, name: string, type: string, value: string): Promise<void> => {
  await tabTo(page, `${container(name)} .red-ui-typedInput-type-select`);
  await takeEntry(page, type);
  await tabTo(page, `${container(name)} .red-ui-typedInput-option-trigger`);
  await takeEntry(page, value);
};

/** Chooses an option of a select, by arrows. */
export const takeOption = async (page: Page, selector: string, value: string): Promise<void> => {
  await tabTo(page, selector);
  await page.keyboard.press("Home");
  for (let before = ""; before !== (await page.inputValue(selector)); ) {
    before = await page.inputValue(selector);
    if (before === value) return;
    await page.keyboard.press("ArrowDown");
  }
  throw new Error(`${selector} has no ${value}`);
};
