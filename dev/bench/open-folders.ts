/** Opens folders in the browser of the store, and measures what that costs the editor and Node-RED. */
import { join } from "node:path";
import type { CDPSession, Page, Response } from "playwright-core";
import { evaluate } from "../screenshots/browser";
import type { Editor } from "../screenshots/editor";
import { median } from "./median";
import { type BenchServer, folders } from "./server";

/** Options of Node.js with which Node-RED tells its memory. */
export const tellingMemory = ["--expose-gc", "--require", join(__dirname, "tell-memory.js")];

/** What it took to open a folder. */
export interface Opened {
  /** From the click until the rows are painted, in ms: the median of the rounds. */
  ms: number;
  /** Rows below the folder, with "more …". */
  rows: number;
  /** Of the page to Node-RED, of Node-RED to the store, for one opening. */
  requests: { page: number; store: number };
  /** Of the answer. */
  bytes: number;
  /** Of the page while the folder is open, after the garbage was collected, in MiB. */
  heap: number;
}

/** What Node-RED's process holds after the garbage was collected, and the most that it ever held, in MiB. */
export interface Memory {
  heap: number;
  peak: number;
}

/** Asks a Node-RED that was started with `tellingMemory`. */
export const memoryOf = async (editor: Editor): Promise<Memory> => {
  const before = editor.log().length;
  process.kill(editor.pid, "SIGWINCH");
  for (;;) {
    const told = /memory (\{.*\})/.exec(editor.log().slice(before));
    if (told?.[1]) return JSON.parse(told[1]);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const row = (folder: string): string =>
  `$(".amazon-s3-list > li[aria-expanded]").filter((_, it) => $(it).text().startsWith("${folder}/"))`;

/** Clicks on a folder that is closed. Resolves to the ms until its rows are painted. */
const click = (page: Page, folder: string): Promise<number> =>
  evaluate(
    page,
    `new Promise((resolve) => {
      const line = ${row(folder)};
      const start = performance.now();
      line.children("div").trigger("click");
      const look = () => {
        const shown = line.children("ul").children("li[tabindex]").length > 0;
        requestAnimationFrame(shown ? () => resolve(performance.now() - start) : look);
      };
      look();
    })`,
  );

const close = (page: Page, folder: string): Promise<void> =>
  evaluate(page, `void ${row(folder)}.children("div").trigger("click")`);

const heapOf = async (session: CDPSession): Promise<number> => {
  for (let round = 0; round < 3; round++) await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  return usedSize / 1048576;
};

/**
 * Opens each folder of the bucket `folders` so many times, in turn. The browser of the store has to be open, at the root.
 */
export const openFolders = async (
  page: Page,
  server: BenchServer,
  rounds: number,
): Promise<Record<keyof typeof folders, Opened>> => {
  const session = await page.context().newCDPSession(page);
  let answers: Promise<number>[] = [];
  const count = (response: Response): void => {
    if (response.url().includes("/amazon-s3/")) answers.push(response.body().then((body) => body.length));
  };
  page.on("response", count);
  const times: Record<string, number[]> = {};
  const last: Record<string, Opened> = {};
  for (let round = 0; round < rounds; round++) {
    for (const folder of Object.keys(folders)) {
      answers = [];
      await server.requests();
      const ms = await click(page, folder);
      const all = times[folder] ?? [];
      times[folder] = all;
      all.push(ms);
      const rows: number = await evaluate(page, `${row(folder)}.children("ul").children("li").length`);
      const sizes = await Promise.all(answers);
      // It takes longer than all the rest.
      const heap = round === rounds - 1 ? await heapOf(session) : 0;
      const requests = { page: sizes.length, store: await server.requests() };
      last[folder] = { ms: 0, rows, requests, bytes: sizes.reduce((a, b) => a + b, 0), heap };
      await close(page, folder);
    }
  }
  page.off("response", count);
  await session.detach();
  const told = Object.entries(last).map(([folder, opened]) => [folder, { ...opened, ms: median(times[folder] ?? []) }]);
  return Object.fromEntries(told);
};
