import type { Page } from "playwright-core";
import { evaluate } from "../../dev/screenshots/browser";
import { check } from "../support/checks";
import type { OpenForm } from "./each-form";

/** Tabs through a form from its first field until the focus leaves it. Resolves to the rows, by their place in it. */
const rowsInTurn = async (page: Page, { form }: OpenForm): Promise<number[]> => {
  const row = `$("${form} .form-row").index($(document.activeElement).closest("${form} .form-row"))`;
  await page.locator(`${form} .form-row`).first().locator("select, input").first().focus();
  const rows: number[] = [];
  for (let at = await evaluate<number>(page, row); at >= 0; at = await evaluate<number>(page, row)) {
    if (at !== rows.at(-1)) rows.push(at);
    await page.keyboard.press("Tab");
    if (rows.length > 100) throw new Error("the focus does not leave the form");
  }
  return rows;
};

/** The rows that are seen and have anything to fill in, from top to bottom. */
const rowsAsSeen = (page: Page, { form }: OpenForm): Promise<number[]> =>
  evaluate(
    page,
    `$("${form} .form-row").get()
      .map((row, index) => ({ row, index, top: row.getBoundingClientRect().top }))
      .filter(({ row }) => $(row).is(":visible") && $(row).find("input, select, button, summary").length > 0)
      .sort((a, b) => a.top - b.top || a.index - b.index)
      .map(({ index }) => index)`,
  );

/** Tab goes through a form from top to bottom, and leaves no row out. */
export const checkFocus = async (page: Page, open: OpenForm): Promise<void> => {
  await check(`Tab goes through the form of ${open.about} from top to bottom`, async () => {
    (await rowsInTurn(page, open)).should.eql(await rowsAsSeen(page, open));
  });
};
