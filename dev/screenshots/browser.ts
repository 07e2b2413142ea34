import { type Browser, chromium, type Page } from "playwright-core";

const flags = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"];

/** What slides or fades takes a picture for each step of it, drawn without a graphics card. All is at its end at once. */
const still = "*, *::before, *::after { transition: none !important; animation: none !important; }";

/** Starts a headless Chromium: the one installed, no download. */
export const startBrowser = (executablePath: string): Promise<Browser> =>
  chromium.launch({ executablePath, headless: true, args: flags });

/** What the page has complained of: exceptions, console errors and warnings. */
export type Complaints = string[];

/** A page with the editor. */
export interface EditorPage {
  page: Page;
  complaints: Complaints;
  /** Everything that the console says, complaints included. */
  said: readonly string[];
}

/**
 * Opens the editor, waits until the palette has all nodes, and collects what the console says. `watch` gets the page
 * before anything is loaded.
 */
export const openEditor = async (
  browser: Browser,
  url: string,
  dark: boolean,
  { locale = "en-US", watch = () => {} }: { locale?: string; watch?: (page: Page) => void } = {},
): Promise<EditorPage> => {
  const page = await browser.newPage({
    viewport: { width: 1360, height: 900 },
    colorScheme: dark ? "dark" : "light",
    locale,
  });
  watch(page);
  const complaints: Complaints = [];
  const said: string[] = [];
  page.on("pageerror", (error) => {
    said.push(String(error));
    complaints.push(String(error));
  });
  page.on("console", (message) => {
    const line = `${message.type()}: ${message.text()}`;
    said.push(line);
    if (message.type() === "error" || message.type() === "warning") complaints.push(line);
  });
  await page.goto(url);
  await page.addStyleTag({ content: still });
  await page.waitForSelector('.red-ui-palette-node[data-palette-type="amazon-s3-write"]', { state: "attached" });
  await page.waitForSelector("#red-ui-loading-progress", { state: "hidden" });
  // Node-RED 5 has a dark mode of its own, which is chosen in its settings.
  await page.evaluate(`document.documentElement.classList.toggle("nr-theme-dark", ${dark})`);
  await page.evaluate("$.fx.off = true");
  return { page, complaints, said };
};

/** Runs an expression in the page; Node-RED's `RED` and jQuery's `$` are there. */
export const evaluate = <T>(page: Page, expression: string): Promise<T> => page.evaluate(expression) as Promise<T>;

/** Waits until the last tray is gone, and Node-RED lets the rest be used again. */
export const untilClosed = async (page: Page): Promise<void> => {
  await page.waitForSelector("#red-ui-header-shade", { state: "hidden" });
};

/** Waits in the page: what it was to do by then is done, however slow it is. */
export const pauseIn = (page: Page, ms: number): Promise<void> =>
  evaluate(page, `new Promise((resolve) => setTimeout(resolve, ${ms}))`);

/** Waits until no tray moves any more. Node-RED closes none within its first 350 ms. */
export const settle = (page: Page): Promise<void> => pauseIn(page, 450);
