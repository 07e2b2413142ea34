import { memoryOf, openFolders, tellingMemory } from "../../dev/bench/open-folders";
import { type BenchServer, startBenchServer } from "../../dev/bench/server";
import { openEditor } from "../../dev/screenshots/browser";
import { connectTo } from "../../dev/screenshots/connection-form";
import { dropNode, openForm } from "../../dev/screenshots/shots";
import type { Runtime } from "../package/runtimes";
import { check, say } from "../support/checks";
import { bareFlow } from "./form";
import { withEditor } from "./with-editor";

let filled: Promise<BenchServer> | undefined;

/** The store with a million keys, which takes some seconds to fill: one for all. It ends with this process. */
const theServer = (): Promise<BenchServer> => {
  filled ??= startBenchServer("folders");
  return filled;
};

/** A folder of a million keys costs the editor and Node-RED what one of a thousand does. */
export const checkMillion = async (runtime: Runtime): Promise<void> => {
  const server = await theServer();
  const setup = { nodeOptions: tellingMemory, flow: bareFlow };
  await withEditor(runtime, setup, async (browser, editor) => {
    const { page } = await openEditor(browser, editor.url, false);
    await connectTo(page, "s3", server, "folders");
    await openForm(page, await dropNode(page, "amazon-s3-read", 300, 400, { connection: "s3" }));
    await page.click("#node-input-path-browse");
    await page.waitForSelector('.amazon-s3-entry:has-text("million/")');
    await openFolders(page, server, 1);
    const before = await memoryOf(editor);
    const { thousand, million } = await openFolders(page, server, 3);
    const after = await memoryOf(editor);
    const mib = (count: number) => `${count.toFixed(1)} MiB`;
    say(
      `      a folder of 1,000 keys: ${thousand.ms.toFixed(0)} ms, ${thousand.bytes} bytes, heap of the page ${mib(thousand.heap)}`,
    );
    say(
      `      of 1,000,000 keys: ${million.ms.toFixed(0)} ms, ${million.bytes} bytes, heap of the page ${mib(million.heap)}`,
    );
    say(
      `      Node-RED before and after three of each: heap ${mib(before.heap)}, ${mib(after.heap)}; peak ${mib(before.peak)}, ${mib(after.peak)}`,
    );
    await check("a folder of 1,000,000 keys opens with one page, and one request", () => {
      thousand.rows.should.equal(1000);
      million.rows.should.equal(1001);
      million.requests.should.eql({ page: 1, store: 1 });
      (million.bytes / thousand.bytes).should.be.below(1.1);
    });
    await check("the editor's memory does not grow with the bucket", () => {
      (million.heap / thousand.heap).should.be.below(1.1);
    });
    await check("nor does Node-RED's", () => {
      (after.heap / before.heap).should.be.below(1.1);
      (after.peak / before.peak).should.be.below(1.3);
    });
  });
};
