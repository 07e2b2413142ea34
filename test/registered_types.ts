import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { runInNewContext } from "node:vm";
import { root } from "../dev/demo/root";

/** What the editor knows of a node type, as far as flow files are concerned. */
export interface RegisteredType {
  category: string;
  defaults: Record<string, unknown>;
  credentials?: Record<string, unknown>;
}

// Whatever a form asks of the editor while it is registered, it gets something that can be called and looked into.
const anything: unknown = new Proxy(() => anything, { get: () => anything });

/** The node types that the generated forms register, found by running their scripts as the editor does. */
export const registeredTypes = (): Map<string, RegisteredType> => {
  const types = new Map<string, RegisteredType>();
  const nodes = { registerType: (type: string, definition: RegisteredType) => types.set(type, definition) };
  const RED = new Proxy({ nodes }, { get: (target, name) => (name === "nodes" ? target.nodes : anything) });
  const folder = join(root, "nodes");
  for (const file of readdirSync(folder).filter((name) => name.endsWith(".html"))) {
    const html = readFileSync(join(folder, file), "utf8");
    for (const [, script] of html.matchAll(/<script type="text\/javascript">(.*?)<\/script>/gs))
      runInNewContext(script as string, { RED, $: anything, window: {} });
  }
  return types;
};
