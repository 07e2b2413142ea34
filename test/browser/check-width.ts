import type { Page } from "playwright-core";
import { evaluate } from "../../dev/screenshots/browser";
import { check } from "../support/checks";
import type { OpenForm } from "./each-form";

/** What reaches out of the tray, or is wider inside than it is seen, a line for each. */
const cutOff = (page: Page, { form }: OpenForm): Promise<string[]> =>
  evaluate(
    page,
    `(() => {
      const seen = $("${form}").closest(".red-ui-tray-body-wrapper")[0];
      const { left, right } = seen.getBoundingClientRect();
      const found = [];
      for (let box = $("${form}")[0]; box !== seen.parentElement; box = box.parentElement)
        if (box.scrollWidth > box.clientWidth) found.push(\`\${box.className} is \${box.scrollWidth} px in \${box.clientWidth} px\`);
      $("${form}").find(".form-row *:visible").each((_, element) => {
        const box = element.getBoundingClientRect();
        const name = element.tagName + " " + (element.id || element.className) + " " + $(element).text().trim().slice(0, 40);
        if (box.width > 0 && (box.left < left || box.right > right)) found.push(\`\${name} reaches to \${box.right} px of \${right} px\`);
        if (["LABEL", "SUMMARY", "BUTTON"].includes(element.tagName) && element.scrollWidth > element.clientWidth + 1)
          found.push(\`\${name} needs \${element.scrollWidth} px and has \${element.clientWidth} px\`);
      });
      return found;
    })()`,
  );

/** In a window of 1,024 pixels a form is not cut off. */
export const checkWidth = async (page: Page, open: OpenForm): Promise<void> => {
  await check(`nothing of the form of ${open.about} is cut off in a window of 1,024 pixels`, async () => {
    (await evaluate<number>(page, "window.innerWidth")).should.equal(1024);
    (await cutOff(page, open)).should.eql([]);
  });
};
