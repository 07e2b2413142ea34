import { dirname } from "node:path";
import "should";
import { root } from "../../dev/demo/root";
import { evaluate, openEditor, startBrowser } from "../../dev/screenshots/browser";
import { startEditor } from "../../dev/screenshots/editor";
import { darkThemes, type Runtime } from "../package/runtimes";
import { check } from "../support/checks";
import { browserPath } from "./browser-path";
import { checkDialogsAsSeen } from "./check-dialogs-as-seen";
import { checkFormsAsSeen } from "./check-forms-as-seen";

/** The forms and dialogs of Node-RED 4 in the dark theme that many install: it has none of its own. */
export const checkDarkTheme = async (runtime: Runtime): Promise<void> => {
  const editor = await startEditor({
    nodeRed: dirname(runtime.nodeRed),
    node: runtime.node,
    root,
    themes: darkThemes(),
  });
  const browser = await startBrowser(browserPath());
  try {
    await check("the theme is dark", async () => {
      const { page } = await openEditor(browser, editor.url, false);
      const color = await evaluate<string>(
        page,
        `$("<div class='red-ui-tray'>").appendTo("body").css("background-color")`,
      );
      const [red = 255] = (/\d+/.exec(color) ?? []).map(Number);
      red.should.be.below(100, color);
      await page.close();
    });
    // Node-RED 5 is told by a class that it is dark, which Node-RED 4 does not know.
    const place = { browser, url: editor.url, dark: false };
    await checkFormsAsSeen(place);
    await checkDialogsAsSeen(place);
  } finally {
    await browser.close();
    await editor.stop();
  }
};
