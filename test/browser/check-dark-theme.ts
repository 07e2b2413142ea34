import "should";
import { evaluate, openEditor } from "../../dev/screenshots/browser";
import { darkThemes, type Runtime } from "../package/runtimes";
import { check } from "../support/checks";
import { checkDialogsAsSeen } from "./check-dialogs-as-seen";
import { checkFormsAsSeen } from "./check-forms-as-seen";
import { withEditor } from "./with-editor";

/** The forms and dialogs of Node-RED 4 in the dark theme that many install: it has none of its own. */
export const checkDarkTheme = (runtime: Runtime): Promise<void> =>
  withEditor(runtime, { themes: darkThemes() }, async (browser, { url }) => {
    await check("the theme is dark", async () => {
      const { page } = await openEditor(browser, url, false);
      const color = await evaluate<string>(
        page,
        `$("<div class='red-ui-tray'>").appendTo("body").css("background-color")`,
      );
      const [red = 255] = (/\d+/.exec(color) ?? []).map(Number);
      red.should.be.below(100, color);
      await page.close();
    });
    // Node-RED 5 is told by a class that it is dark, which Node-RED 4 does not know.
    const place = { browser, url, dark: false };
    await checkFormsAsSeen(place);
    await checkDialogsAsSeen(place);
  });
