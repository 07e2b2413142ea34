import { existsSync } from "node:fs";

/**
 * Where Chromium is: what the variable CHROMIUM names, or one of those installed. The shell of it without windows, which
 * Debian has as a package, draws the same pages with a third less work. Throws where there is none.
 */
export const browserPath = (): string => {
  if (process.env.CHROMIUM) return process.env.CHROMIUM;
  const names = ["chromium-headless-shell", "chromium", "chromium-browser", "google-chrome"];
  const found = names.map((name) => `/usr/bin/${name}`).find(existsSync);
  if (!found) throw new Error("no Chromium: apt-get install chromium-headless-shell, or chromium");
  return found;
};
