/** `npm run bench:editor`: what a folder of a thousand and one of a million keys cost the editor. */
import { join } from "node:path";
import { openEditor, startBrowser } from "../screenshots/browser";
import { startEditor } from "../screenshots/editor";
import { dropNode, openForm } from "../screenshots/shots";
import { memoryOf, openFolders, tellingMemory } from "./open-folders";
import { startBenchServer } from "./server";

const rounds = 15;

const main = async (): Promise<void> => {
  const root = join(__dirname, "..", "..", "..");
  const server = await startBenchServer("folders");
  const flow = [
    { id: "tab", type: "tab", label: "bench" },
    { id: "s3", type: "amazon-s3-config", name: "", endpoint: server.endpoint, checksums: "always" },
  ];
  const nodeRed = join(root, "node_modules", "node-red");
  const editor = await startEditor({ nodeRed, node: process.execPath, nodeOptions: tellingMemory, root, flow });
  const browser = await startBrowser(process.env.CHROMIUM ?? "/usr/bin/chromium");
  try {
    const { page } = await openEditor(browser, editor.url, false);
    const { accessKey, secretKey, region } = server;
    const credentials = JSON.stringify({ accessKey, secretKey, region, bucket: "folders" });
    await page.evaluate(`Object.assign(RED.nodes.node("s3"), { credentials: ${credentials}, changed: true })`);
    await openForm(page, await dropNode(page, "amazon-s3-read", 300, 400, { connection: "s3" }));
    await page.click("#node-input-path-browse");
    await page.waitForSelector('.amazon-s3-entry:has-text("million/")');
    await openFolders(page, server, 2);
    const before = await memoryOf(editor);
    const opened = await openFolders(page, server, rounds);
    const after = await memoryOf(editor);
    console.log(`Node.js ${process.version}. A folder of the store is opened ${rounds} times in the editor.`);
    for (const [name, { ms, rows, bytes, requests, heap }] of Object.entries(opened)) {
      const asked = `${requests.page} request, ${requests.store} of the store's, ${bytes} bytes`;
      console.log(
        `  ${name.padEnd(10)}${ms.toFixed(0)} ms  ${rows} rows  ${asked}  heap of the page ${heap.toFixed(1)} MiB`,
      );
    }
    const text = ({ heap, peak }: typeof before): string => `heap ${heap.toFixed(1)} MiB, peak ${peak.toFixed(1)} MiB`;
    console.log(`  Node-RED before: ${text(before)}; after: ${text(after)}`);
  } finally {
    await browser.close();
    await editor.stop();
    server.close();
  }
};

main().then(
  () => process.exit(),
  (error: unknown) => {
    console.error(error);
    process.exit(1);
  },
);
