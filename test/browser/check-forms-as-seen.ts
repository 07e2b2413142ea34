import { checkBarriers, loadAxe } from "./check-barriers";
import { checkFocus } from "./check-focus";
import { checkWidth } from "./check-width";
import { eachForm } from "./each-form";
import type { Part } from "./with-page";

/** Whether everybody can use the forms: barriers, the way of the focus, a narrow window. */
export const formsAsSeen: Part = {
  about: "every form",
  run: async (page) => {
    const before = page.viewportSize();
    await page.setViewportSize({ width: 1024, height: 768 });
    await loadAxe(page);
    await eachForm(page, "s3", async (open) => {
      for (const look of [checkBarriers, checkFocus, checkWidth]) await look(page, open);
    });
    if (before) await page.setViewportSize(before);
  },
};
