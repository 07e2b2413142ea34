import { checkBarriers, loadAxe } from "./check-barriers";
import { checkFocus } from "./check-focus";
import { checkWidth } from "./check-width";
import { eachForm } from "./each-form";
import { type Place, withPage } from "./with-page";

const flow = [
  { id: "tab", type: "tab", label: "Amazon S3" },
  { id: "s3", type: "amazon-s3-config", name: "", endpoint: "" },
];

/** Whether everybody can use the forms: barriers, the way of the focus, a narrow window. */
export const checkFormsAsSeen = (place: Place): Promise<void> =>
  withPage(place, "every form", flow, async (page) => {
    await page.setViewportSize({ width: 1024, height: 768 });
    await loadAxe(page);
    await eachForm(page, "s3", async (open) => {
      for (const look of [checkBarriers, checkFocus, checkWidth]) await look(page, open);
    });
  });
