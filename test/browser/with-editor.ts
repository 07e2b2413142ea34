import { dirname } from "node:path";
import type { Browser } from "playwright-core";
import { root } from "../../dev/demo/root";
import { startBrowser } from "../../dev/screenshots/browser";
import { type Editor, type Setup, startEditor } from "../../dev/screenshots/editor";
import type { Runtime } from "../package/runtimes";
import { browserPath } from "./browser-path";

/** Runs something with a Node-RED of its own, with this package in it, and a browser. Both end with it. */
export const withEditor = async (
  runtime: Runtime,
  setup: Omit<Setup, "nodeRed" | "node" | "root">,
  run: (browser: Browser, editor: Editor) => Promise<void>,
): Promise<void> => {
  const editor = await startEditor({ nodeRed: dirname(runtime.nodeRed), node: runtime.node, root, ...setup });
  try {
    const browser = await startBrowser(browserPath());
    try {
      await run(browser, editor);
    } finally {
      await browser.close();
    }
  } finally {
    await editor.stop();
  }
};
