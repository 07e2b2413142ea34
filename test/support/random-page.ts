import { inByteOrder } from "./keys";

const pick = <T>(random: () => number, from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;

const letters = [..."abcdefghij0123456789-_./  %+&<>\"'é漢😀\u0001~"];

const word = (random: () => number, longest: number): string =>
  Array.from({ length: 1 + Math.floor(random() * longest) }, () => pick(random, letters)).join("");

const url = (key: string): string => encodeURIComponent(key).replaceAll("%2F", "/").replaceAll("%20", "+");

const escaped = (text: string): string =>
  text.replace(/[&<>"']/g, (char) => `&${{ "&": "amp", "<": "lt", ">": "gt", '"': "quot", "'": "#39" }[char]};`);

const hex = (random: () => number): string =>
  Array.from({ length: 32 }, () => Math.floor(random() * 16).toString(16)).join("");

const quotes = ["&quot;", "&#34;", '"', "&#x22;"];

/** A page of a listing as a store may write it: with what some leave out, in this order or that. */
export const randomPage = (random: () => number, versions: boolean): string => {
  const encoded = random() < 0.7;
  const some = (chance: number, text: () => string): string => (random() < chance ? text() : "");
  // What XML cannot carry must be encoded.
  const plain = (key: string): string => (encoded ? escaped(url(key)) : escaped(key.replaceAll("\u0001", "")));
  const keys = inByteOrder(new Set(Array.from({ length: random() * 40 }, () => `k${word(random, 20)}`)));
  const alike = random() < 0.5;
  const gap = pick(random, ["", "", "\n  "]);
  const quote = pick(random, quotes);
  // Now and then each end is written in its own way.
  const quoted = (etag: string): string =>
    random() < 0.9 ? `${quote}${etag}${quote}` : `${pick(random, quotes)}${etag}${pick(random, quotes)}`;
  const time = (): string => new Date(1.7e12 + Math.floor(random() * 1e11)).toISOString();
  const first = time();
  const fields = (): string[] =>
    [
      alike || random() < 0.9 ? `<LastModified>${random() < 0.5 ? first : time()}</LastModified>` : "",
      alike || random() < 0.9 ? `<ETag>${random() < 0.8 ? quoted(hex(random)) : hex(random)}</ETag>` : "",
      `<Size>${Math.floor(random() * 10 ** Math.floor(random() * 15))}</Size>`,
      alike || random() < 0.7
        ? `<StorageClass>${pick(random, ["STANDARD", "STANDARD", "GLACIER"])}</StorageClass>`
        : "",
      some(0.2, () => "<Owner><ID>1</ID><DisplayName>somebody</DisplayName></Owner>"),
      some(0.2, () => "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm>"),
    ].filter((field) => field !== "");
  const entries = keys.map((key) => {
    const marker = versions && random() < 0.2;
    const name = versions ? (marker ? "DeleteMarker" : "Version") : "Contents";
    const version = versions ? `<VersionId>${hex(random)}</VersionId><IsLatest>${random() < 0.5}</IsLatest>` : "";
    const own = marker ? [`<LastModified>${time()}</LastModified>`] : fields();
    if (random() < 0.1) own.reverse();
    return `<${name}><Key>${plain(key)}</Key>${version}${own.join(gap)}</${name}>`;
  });
  const prefixes = Array.from({ length: random() * 5 }, (_, index) => `p${index}${word(random, 5)}/`);
  const common = prefixes.map((prefix) => `<CommonPrefixes><Prefix>${plain(prefix)}</Prefix></CommonPrefixes>`);
  const truncated = random() < 0.5;
  const next = versions
    ? `<NextKeyMarker>${plain(`k${word(random, 9)}`)}</NextKeyMarker><NextVersionIdMarker>${hex(random)}</NextVersionIdMarker>`
    : `<NextContinuationToken>${escaped(word(random, 30).replace("\u0001", ""))}x</NextContinuationToken>`;
  const head =
    `<Name>bucket</Name><IsTruncated>${truncated}</IsTruncated>${encoded ? "<EncodingType>url</EncodingType>" : ""}` +
    (versions ? "" : `<KeyCount>${keys.length + (random() < 0.5 ? prefixes.length : 0)}</KeyCount>`) +
    (truncated ? next : "");
  const body = [...entries, ...common].join(gap);
  const root = versions ? "ListVersionsResult" : "ListBucketResult";
  const declared = some(0.8, () => `<?xml version="1.0" encoding="UTF-8"?>${gap}`);
  return `${declared}<${root} xmlns="x">${random() < 0.5 ? head + body : body + head}</${root}>`;
};
