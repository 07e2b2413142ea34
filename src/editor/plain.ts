/** HTML without its tags: fit for a tooltip, a placeholder or an option. */
export const withoutTags = (html: string): string => html.replace(/<[^>]*>/g, "");

/** A text, fit for an attribute in double quotes. */
export const quotable = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
