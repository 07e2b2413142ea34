/** Takes secrets out of texts. */
export interface Redactor {
  /** From here on, `secret` is taken out, however it is written. Short strings are left alone: they would take out words. */
  add(secret: string | undefined): void;
  (text: string): string;
}

/** Things that are secret by their form: signatures, and tokens in query strings and headers. */
const forms =
  /((?:X-Amz-(?:Signature|Security-Token|Credential)|x-amz-security-token|Signature|Credential|AWSAccessKeyId)["']?\s*[=:]\s*["']?)[^\s&,;"'<>]+/gi;

/** Tokens of sign-ins, by their form: in a header, in JSON or a query, and JSON Web Tokens wherever they stand. */
const tokens =
  /(\bBearer\s+|\b(?:x-amz-sso_bearer_token|(?:web_?identity|access|refresh|authorization|session)_?token|client_?secret)["']?\s*[=:]\s*["']?)[^\s&,;"'<>]{6,}/gi;
const webToken = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;

/** What is shorter stands in words, too. */
const shortest = 6;

/** A secret as a store may tell it back: as it is, in a URL, in JSON, in base64 at each of the three offsets, in hex digits. */
const writingsOf = (secret: string): string[] => {
  const bytes = [0, 1, 2].map((offset) =>
    Buffer.from(`${"x".repeat(offset)}${secret}`)
      .toString("base64")
      .slice(4, -4),
  );
  const hex = Buffer.from(secret).toString("hex");
  const inJson = JSON.stringify(secret).slice(1, -1);
  const writings = [secret, encodeURIComponent(secret), inJson, inJson.replaceAll("/", "\\/"), hex, hex.toUpperCase()];
  return [...writings, ...bytes].filter(({ length }) => length >= shortest);
};

/** Knows no secrets at first. */
export const createRedactor = (): Redactor => {
  const writings = new Set<string>();
  const redact = (text: string): string => {
    let clean = text;
    for (const one of writings) clean = clean.replaceAll(one, "…");
    return clean.replace(forms, "$1…").replace(tokens, "$1…").replace(webToken, "…");
  };
  return Object.assign(redact, {
    add(secret: string | undefined) {
      if (secret !== undefined && secret.length >= shortest) for (const one of writingsOf(secret)) writings.add(one);
    },
  });
};
