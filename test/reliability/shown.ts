/** A number as people read it: 10,000. */
export const shown = (count: number): string => count.toLocaleString("en");
