import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../dev/demo/root";
import { type Definition, registrationOf } from "./editor/page";

/** The node types that the generated forms register, found by running their scripts as the editor does. */
export const registeredTypes = (): Map<string, Definition> => {
  const folder = join(root, "nodes");
  const forms = readdirSync(folder).filter((name) => name.endsWith(".html"));
  return new Map(
    forms.map((name) => {
      const { type, definition } = registrationOf(readFileSync(join(folder, name), "utf8"));
      return [type, definition];
    }),
  );
};
