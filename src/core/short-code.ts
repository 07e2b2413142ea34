/**
 * A code as it may stand in a line of the log: stores, and whoever answers for them, may call an error anything.
 * @param redact takes secrets out, before half of one is cut off and no longer known
 */
export const shortCode = (code: string, redact: (text: string) => string): string =>
  redact(code)
    .replaceAll(/[^\w.-]/g, "")
    .slice(0, 60);
