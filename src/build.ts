import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generate, generateLocales } from "./editor/generate";

/** Writes what is generated, and copies the icons to where Node-RED looks for them. */
const build = (root: string): void => {
  for (const [path, text] of Object.entries({ ...generate(root), ...generateLocales(root) })) {
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  cpSync(join(root, "icons"), join(root, "nodes", "icons"), { recursive: true });
};

build(join(__dirname, ".."));
