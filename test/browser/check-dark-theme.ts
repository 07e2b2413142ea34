import "should";
import type { Page } from "playwright-core";
import { evaluate } from "../../dev/screenshots/browser";
import { darkThemes, type Runtime } from "../package/runtimes";
import { check } from "../support/checks";
import { dialogsAsSeen } from "./check-dialogs-as-seen";
import { formsAsSeen } from "./check-forms-as-seen";
import { bareFlow } from "./form";
import { withEditor } from "./with-editor";
import { type Part, withPage } from "./with-page";

const themeIsDark = (page: Page): Promise<unknown> =>
  check("the theme is dark", async () => {
    const color = await evaluate<string>(
      page,
      `(() => { const tray = $("<div class='red-ui-tray'>").appendTo("body"); const color = tray.css("background-color"); tray.remove(); return color; })()`,
    );
    const [red = 255] = (/\d+/.exec(color) ?? []).map(Number);
    red.should.be.below(100, color);
  });

/** The forms and dialogs of Node-RED 4 in the dark theme that many install: it has none of its own. */
export const checkDarkTheme = (runtime: Runtime): Promise<void> =>
  withEditor(runtime, { themes: darkThemes() }, async (browser, { url }) => {
    // Node-RED 5 is told by a class that it is dark, which Node-RED 4 does not know.
    const inTheDark: Part = {
      ...formsAsSeen,
      run: async (page) => {
        await themeIsDark(page);
        await formsAsSeen.run(page);
      },
    };
    await withPage({ browser, url, dark: false }, bareFlow, [inTheDark, dialogsAsSeen]);
  });
