/** Words that are the same in English, by language: names of things, and what a language took over. */
const words: Readonly<Record<string, readonly string[]>> = {
  de: [
    "Bucket",
    "Caching",
    "Details",
    "Filter",
    "Format",
    "Name",
    "Region",
    "Tags",
    "Token",
    "Version",
    "boolean",
    "object",
    "string",
  ],
  "es-ES": ["Bucket", "Checksums", "Endpoint", "Token", "bucket", "no", "stream"],
  fr: [
    "Bucket",
    "Checksums",
    "Endpoint",
    "Expression",
    "Format",
    "Mode",
    "Ports",
    "Session",
    "Source",
    "Type",
    "Version",
    "bucket",
    "stream",
  ],
  "pt-BR": ["Bucket", "Checksums", "Endpoint", "Tags", "Taiwan/Hong Kong", "Token", "bucket", "stream"],
};

/** What is no word of any language: names, examples, gaps and marks alone. */
const isNoWord = (text: string): boolean =>
  text
    .replace(/<code>.*?<\/code>|<\/?[ib]>|__\w+__/g, "")
    .replace(/\b(TLS|STS|URL|MIME|KMS|AWS|S3|DNS|NTP|UTF-8|ARN|Unicode|Buffer|Node\.js|JSON|OK|CORS)\b/g, "")
    .trim()
    .replace(/[\W\d_]/g, "") === "";

/** Whether a text may stand in a language as it is in English. */
export const sameInEnglish = (language: string, text: string): boolean =>
  isNoWord(text) || (words[language] ?? []).includes(text);
