import { existsSync } from "node:fs";

/** Where Chromium is. Throws where it is not installed. */
export const browserPath = (): string => {
  const found = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(existsSync);
  if (!found) throw new Error("no Chromium: apt-get install chromium");
  return found;
};
