/** A secret as it may be written: as it is, in a URL, in JSON, in base64 at each of the three offsets, in hex digits, in bytes apart. */
export const writingsOf = (secret: string): string[] => {
  const bytes = [0, 1, 2].map((offset) =>
    Buffer.from(`${"x".repeat(offset)}${secret}`)
      .toString("base64")
      .slice(4, -4),
  );
  const hex = Buffer.from(secret).toString("hex");
  const inJson = JSON.stringify(secret).slice(1, -1).replaceAll("/", "\\/");
  // As S3 has what was signed in its errors.
  const apart = hex.replace(/..(?=.)/g, "$& ");
  const digits = [hex, apart].flatMap((one) => [one, one.toUpperCase()]);
  const inUrl = encodeURIComponent(secret);
  const inSmall = inUrl.replace(/%../g, (one) => one.toLowerCase());
  return [...new Set([secret, inUrl, inSmall, inJson, ...bytes, ...digits])];
};
