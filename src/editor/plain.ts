/** HTML without its tags, fit for an attribute or an option. */
export const plain = (html: string): string =>
  html
    .replace(/<[^>]*>/g, "")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;");
