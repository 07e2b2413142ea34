import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { generate } from "./editor/generate";

/** Writes what is generated, and copies icons and catalogues to where Node-RED looks for them. */
const build = (root: string): void => {
  for (const [path, text] of Object.entries(generate(root))) {
    const file = join(root, path);
    if (existsSync(file) && readFileSync(file, "utf8") === text) continue;
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
  }
  cpSync(join(root, "icons"), join(root, "nodes", "icons"), { recursive: true });
  cpSync(join(root, "src", "locales"), join(root, "nodes", "locales"), { recursive: true });
};

build(join(__dirname, ".."));
