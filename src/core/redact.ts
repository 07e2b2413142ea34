/** Takes secrets out of texts. */
export interface Redactor {
  /** From here on, `secret` is taken out. Short strings are left alone: they would take out words. */
  add(secret: string | undefined): void;
  (text: string): string;
}

/** Things that are secret by their form: signatures, and tokens in query strings and headers. */
const forms =
  /((?:X-Amz-(?:Signature|Security-Token|Credential)|x-amz-security-token|Signature|Credential|AWSAccessKeyId)["']?\s*[=:]\s*["']?)[^\s&,;"'<>]+/gi;

/** Knows no secrets at first. */
export const createRedactor = (): Redactor => {
  const secrets = new Set<string>();
  const redact = (text: string): string => {
    let clean = text;
    for (const secret of secrets) clean = clean.replaceAll(secret, "…");
    return clean.replace(forms, "$1…");
  };
  return Object.assign(redact, {
    add(secret: string | undefined) {
      if (secret !== undefined && secret.length >= 6) secrets.add(secret);
    },
  });
};
