import type { Browser, Page } from "playwright-core";
import { openEditor } from "../../dev/screenshots/browser";
import { check } from "../support/checks";

/** What Node-RED itself says when its editor starts. Anything else is a message too many. */
const nodeReds: readonly RegExp[] = [
  /^log: JQMIGRATE: Migrate is installed, version [\d.]+$/,
  /^log: Node-RED: [\d.]+(-git)?$/,
  /^startGroupCollapsed: Versions$/,
  /^log: (jQuery|jQuery UI|ACE|MONACO|D3) [\d.]+$/,
  /^endGroup: console\.groupEnd$/,
  /^log: Projects disabled$/,
  // Not shown unless asked for: Chromium on Node-RED's hidden fields, which keep it from filling in passwords.
  /^verbose: \[DOM\] /,
];

/** Where the pages of a run are opened. */
export interface Place {
  browser: Browser;
  /** The address of the editor. */
  url: string;
  dark: boolean;
}

/** Lets Node-RED run a flow, in which nodes may have their `credentials`. */
export const putFlow = async (url: string, flow: readonly object[]): Promise<void> => {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(new URL("flows", url), { method: "POST", headers, body: JSON.stringify(flow) });
  if (!answer.ok) throw new Error(`the flow was answered with ${answer.status}`);
};

/** Something that is done in a page. `about` names it. */
export interface Part {
  about: string;
  run(page: Page): Promise<void>;
}

/**
 * Lets Node-RED run a flow, opens its editor in a page, does one thing after the other there, and closes it afterwards.
 * The console must be silent at each. To load the editor takes as long as five forms: what needs no fresh one shares it.
 */
export const withPage = async (
  { browser, url, dark }: Place,
  flow: readonly object[],
  parts: readonly Part[],
): Promise<void> => {
  await putFlow(url, flow);
  const { page, said } = await openEditor(browser, url, dark);
  let heard = 0;
  try {
    for (const { about, run } of parts) {
      await run(page);
      const lines = said.slice(heard);
      heard = said.length;
      await check(`the browser's console is silent: ${about}`, () =>
        lines.filter((line) => !nodeReds.some((own) => own.test(line))).should.eql([]),
      );
    }
  } finally {
    await page.close();
  }
};
