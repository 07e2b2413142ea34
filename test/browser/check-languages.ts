import type { Browser, Page } from "playwright-core";
import { evaluate, openEditor } from "../../dev/screenshots/browser";
import { closeConnection, openConnection } from "../../dev/screenshots/connection-form";
import { closeForm, dropNode, openForm } from "../../dev/screenshots/shots";
import { languages } from "../../src/editor/catalogue";
import { operations } from "../../src/operations";
import { check } from "../support/checks";

/** What stands in a form or a help as it would without a catalogue: the name of a text. */
const names = /\b(rows|form|reason|help|outputs|encodings|trial|stores|browse|matches)\.\w+/;

/** The labels of the rows that are shown on more than one line: they would push their fields down. */
const brokenLabels = (page: Page, form: string): Promise<string[]> =>
  evaluate(
    page,
    `$("${form}").find(".form-row > label:visible").filter((_, it) => it.style.width === "" && it.offsetHeight > 30).get().map((it) => it.textContent.trim())`,
  );

const shown = (page: Page, form: string): Promise<string> =>
  evaluate(
    page,
    `$("${form}").find("*").addBack().get().flatMap((it) => [...it.attributes].map(({ value }) => value).filter((value) => !/^\\[?\\w*\\]?\\S+$/.test(value))).concat($("${form}").text()).join("\\n")`,
  );

/** Opens every form and every help in each language. */
export const checkLanguages = async (browser: Browser, url: string, connection: string): Promise<void> => {
  for (const language of languages) {
    const { page, complaints } = await openEditor(browser, url, false, { locale: language });
    for (const { type, lead } of operations) {
      await check(`${language}: the form and the help of ${type} are in that language, a label a line`, async () => {
        const id = await dropNode(page, type, 300, 400, { connection });
        await openForm(page, id);
        try {
          // What is folded up counts too.
          await evaluate(page, `$("#dialog-form details").prop("open", true)`);
          (await shown(page, "#dialog-form")).should.not.match(names);
          (await brokenLabels(page, "#dialog-form")).should.eql([]);
          const help = await evaluate<string>(page, `RED.nodes.getNodeHelp("${type}")`);
          help.should.not.match(names);
          (help.includes(lead) === (language === "en-US")).should.equal(true, help.slice(0, 200));
        } finally {
          await closeForm(page, "cancel");
          await evaluate(page, `RED.nodes.remove("${id}")`);
        }
      });
    }
    await check(`${language}: the form of the connection too`, async () => {
      await openConnection(page, connection);
      try {
        await evaluate(page, `$("#node-config-dialog-edit-form details").prop("open", true)`);
        for (const auth of ["keys", "profile", "role"]) {
          await page.selectOption("#node-config-input-auth", auth);
          (await brokenLabels(page, "#node-config-dialog-edit-form")).should.eql([]);
        }
        (await shown(page, "#node-config-dialog-edit-form")).should.not.match(names);
      } finally {
        await closeConnection(page, "cancel");
      }
    });
    await check(`${language}: the browser's console is silent`, () => complaints.should.eql([]));
    await page.close();
  }
};
