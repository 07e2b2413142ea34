import { writingsOf } from "../support/writings-of";

/** Words that stand nowhere by chance, so that finding one is a leak. */
export interface Canaries {
  add(name: string, secret: string): void;
  /** The names of those that stand in a text, in any writing. */
  in(text: string): string[];
}

/** What is secret by its form: what was signed, and signatures that are not blotted out. */
const byForm: Readonly<Record<string, RegExp>> = {
  "a string to sign": /AWS4-HMAC-SHA256\s+\d|<StringToSign>|<CanonicalRequest>/,
  "a signature": /Signature=[0-9a-f]{16}/i,
};

export const createCanaries = (secrets: Readonly<Record<string, string>> = {}): Canaries => {
  const writings = new Map<string, string[]>();
  const add = (name: string, secret: string): void => void writings.set(name, writingsOf(secret));
  for (const [name, secret] of Object.entries(secrets)) add(name, secret);
  return {
    add,
    in: (text) => [
      ...[...writings].filter(([, all]) => all.some((one) => text.includes(one))).map(([name]) => name),
      ...Object.entries(byForm)
        .filter(([, form]) => form.test(text))
        .map(([name]) => name),
    ],
  };
};
