/** Takes secrets out of texts. */
export interface Redactor {
  /** From here on, `secret` is taken out, however it is written. Short strings are left alone: they would take out words. */
  add(secret: string | undefined): void;
  /** The same for those that `source` has others of from time to time, until it has had others eight times. */
  renew(source: string, secrets: readonly (string | undefined)[]): void;
  (text: string): string;
}

/** Things that are secret by their form: signatures, and tokens in query strings and headers. */
const forms =
  /((?:X-Amz-(?:Signature|Security-Token|Credential)|x-amz-security-token|Signature|Credential|AWSAccessKeyId)["']?\s*[=:]\s*["']?)[^\s&,;"'<>]+/gi;

/** Tokens of sign-ins, by their form: in a header, in JSON or a query, and JSON Web Tokens wherever they stand. */
const tokens =
  /(\bBearer\s+|\b(?:x-amz-sso_bearer_token|(?:web_?identity|access|refresh|authorization|session)_?token|client_?secret)["']?\s*[=:]\s*["']?)[^\s&,;"'<>]{6,}/gi;
const webToken = /\beyJ[\w-]{5,}\.[\w-]+\.[\w-]*/g;

/** What was signed, on one line or several: it has nothing for whoever reads an error, and helps who guesses at a key. */
const signed = /\b(AWS4-[A-Z0-9-]+)\s+\d{8}T\d{6}Z\s+\S+\s+[0-9a-f]+/g;

/** What is shorter stands in words, too. */
const shortest = 6;

/**
 * A secret as a store may tell it back: as it is, in a URL, in JSON, in base64 at each of the three offsets, in hex digits,
 * and as bytes apart, as S3 has what was signed.
 */
const writingsOf = (secret: string): string[] => {
  const bytes = [0, 1, 2].map((offset) =>
    Buffer.from(`${"x".repeat(offset)}${secret}`)
      .toString("base64")
      .slice(4, -4),
  );
  const hex = Buffer.from(secret).toString("hex");
  const inJson = JSON.stringify(secret).slice(1, -1);
  const inUrl = encodeURIComponent(secret);
  const inSmall = inUrl.replace(/%../g, (one) => one.toLowerCase());
  const writings = [secret, inUrl, inSmall, inJson, inJson.replaceAll("/", "\\/")];
  const digits = [hex, hex.replace(/..(?=.)/g, "$& ")].flatMap((one) => [one, one.toUpperCase()]);
  return [...writings, ...digits, ...bytes].filter(({ length }) => length >= shortest);
};

/** So many generations of secrets are known for each source: requests that are under way, and errors, have the older ones. */
const generations = 8;

/** Knows no secrets at first. */
export const createRedactor = (): Redactor => {
  const writings = new Set<string>();
  /** By source, and there by what they are, the oldest first: their writings. */
  const renewed = new Map<string, Map<string, string[]>>();
  /** All of them. The long ones first: a secret may be a part of another one, of which the rest would be left. */
  let known: string[] | undefined;
  const all = (): string[] => {
    const changing = [...renewed.values()].flatMap((source) => [...source.values()].flat());
    return [...new Set([...writings, ...changing])].sort((a, b) => b.length - a.length);
  };
  const redact = (text: string): string => {
    known ??= all();
    let clean = text;
    for (const one of known) clean = clean.replaceAll(one, "…");
    return clean.replace(forms, "$1…").replace(tokens, "$1…").replace(webToken, "…").replace(signed, "$1 …");
  };
  return Object.assign(redact, {
    add(secret: string | undefined) {
      known = undefined;
      if (secret !== undefined && secret.length >= shortest) for (const one of writingsOf(secret)) writings.add(one);
    },
    renew(source: string, secrets: readonly (string | undefined)[]) {
      const some = [...new Set(secrets)].filter(
        (secret) => secret !== undefined && secret.length >= shortest,
      ) as string[];
      const name = JSON.stringify(some);
      const those = renewed.get(source) ?? new Map<string, string[]>();
      renewed.set(source, those);
      const written = those.get(name) ?? some.flatMap(writingsOf);
      those.delete(name);
      those.set(name, written);
      if (those.size > generations) those.delete(those.keys().next().value as string);
      known = undefined;
    },
  });
};
