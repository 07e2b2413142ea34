import type { Say } from "./catalogue";

/**
 * The help of the connection in one language.
 * @param template connection-help.html, in which `{{name}}` stands for a text
 * @param say the connection's texts
 * @param sayCommon those of all nodes, for kinds and titles
 */
export const connectionHelp = (template: string, say: Say, sayCommon: Say): string =>
  template.replace(/\{\{([\w.]+)\}\}/g, (_, name: string) =>
    name === "references" || name.startsWith("kinds.") ? sayCommon(`help.${name}`) : say(name),
  );
