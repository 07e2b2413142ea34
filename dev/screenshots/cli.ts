import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { openEditor, startBrowser } from "./browser";
import { startEditor } from "./editor";
import { connection } from "./flow";
import { shootAll, shooter } from "./shots";

/**
 * Takes pictures of every form and help: `node .build/dev/screenshots/cli.js --out folder`. With `--node-red` and
 * `--node`, of another installed version; with `--dark`, in dark colours, for which Node-RED 4 needs `--themes`: a
 * folder in which @node-red-contrib-themes/theme-collection is installed; with `--language de`, in another language.
 */
const main = async (): Promise<void> => {
  const root = join(__dirname, "..", "..", "..");
  const { values } = parseArgs({
    options: {
      out: { type: "string", default: join(root, ".build", "screenshots") },
      prefix: { type: "string", default: "editor" },
      "node-red": { type: "string", default: join(root, "node_modules", "node-red") },
      node: { type: "string", default: process.execPath },
      chromium: { type: "string", default: "/usr/bin/chromium" },
      themes: { type: "string" },
      dark: { type: "boolean", default: false },
      language: { type: "string", default: "en-US" },
    },
  });
  mkdirSync(values.out, { recursive: true });
  const flow = [{ id: "tab", type: "tab", label: "Amazon S3" }, connection];
  const editor = await startEditor({
    nodeRed: values["node-red"],
    node: values.node,
    root,
    themes: values.dark ? values.themes : undefined,
    flow,
  });
  const browser = await startBrowser(values.chromium);
  try {
    const { page, complaints } = await openEditor(browser, editor.url, values.dark, { locale: values.language });
    await shootAll(page, shooter(page, values.out, values.prefix), connection.id);
    console.log(complaints.length === 0 ? "The console is silent." : complaints.join("\n"));
  } finally {
    await browser.close();
    await editor.stop();
  }
};

main().catch((error) => {
  console.error(error);
  process.exitCode = 1;
});
