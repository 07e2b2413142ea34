import should from "should";
import { randomFrom } from "../../dev/random";
import { outlineOf } from "../../src/core/page-outline";
import { readPage } from "../../src/core/reply-pages";
import { inByteOrder } from "../support/keys";

const random = randomFrom(23);
const letters = [..."abc0129%+ /-.&<>'\"é漢\ue000😀"];
const text = (length: number): string =>
  Array.from({ length }, () => letters[Math.floor(random() * letters.length)]).join("");

const escaped = (raw: string): string => raw.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");

interface Shape {
  keys: readonly string[];
  token?: string | undefined;
  encoded?: boolean;
  /** What else stands before the entries, and behind them. */
  before?: string;
  after?: string;
  /** Whether what is told of the page stands behind its entries. */
  late?: boolean;
}

const pageOf = ({ keys, token, encoded = true, before = "", after = "", late = false }: Shape): Buffer => {
  const write = (key: string): string => (encoded ? encodeURIComponent(key).replaceAll("%20", "+") : escaped(key));
  const head =
    `<KeyCount>${keys.length}</KeyCount><IsTruncated>${token !== undefined}</IsTruncated>` +
    (encoded ? "<EncodingType>url</EncodingType>" : "") +
    (token === undefined ? "" : `<NextContinuationToken>${escaped(token)}</NextContinuationToken>`);
  const entries = keys.map((key) => `<Contents><Key>${write(key)}</Key><Size>1</Size></Contents>`).join("");
  const inside = late ? `${before}${entries}${head}${after}` : `${before}${head}${entries}${after}`;
  return Buffer.from(
    `<?xml version="1.0" encoding="UTF-8"?>\n<ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">${inside}</ListBucketResult>\n`,
  );
};

const keys = ["a", "b", "c"];

describe("outline of a page", () => {
  it("begins, ends and goes on as the page does, and has nothing that the page has not", () => {
    for (let round = 0; round < 300; round++) {
      const some = inByteOrder(new Set(Array.from({ length: 1 + random() * 60 }, () => text(1 + random() * 9))));
      const token = random() < 0.8 ? `${text(5)}=` : undefined;
      const bytes = pageOf({ keys: some, token, encoded: random() < 0.5, late: random() < 0.5 });
      const { objects, next } = readPage(bytes, "ListBucketResult");
      const outline = outlineOf(bytes);
      should(outline?.keys[0]).equal(objects[0]?.key);
      should(outline?.keys.at(-1)).equal(objects.at(-1)?.key);
      should(outline?.token).equal(next?.token);
      const all = new Set(objects.map(({ key }) => key));
      outline?.keys.filter((key) => !all.has(key)).should.be.empty();
      inByteOrder(outline?.keys ?? []).should.eql(outline?.keys);
    }
  });

  it("has some keys from all over a long page", () => {
    const many = Array.from({ length: 1000 }, (_, at) => `key-${String(at).padStart(4, "0")}`);
    const found = outlineOf(pageOf({ keys: many, token: "t" }))?.keys ?? [];
    found.length.should.be.within(12, 20);
    for (let at = 1; at < found.length; at++) {
      (many.indexOf(found[at] as string) - many.indexOf(found[at - 1] as string)).should.be.within(1, 100);
    }
  });

  const without: Readonly<Record<string, Buffer>> = {
    "without keys": pageOf({ keys: [], token: "t" }),
    "with folders": pageOf({ keys, after: "<CommonPrefixes><Prefix>x/</Prefix></CommonPrefixes>" }),
    "with a comment": pageOf({ keys, after: "<!-- <Contents><Key>x</Key></Contents> -->" }),
    "that tells twice where it goes on": pageOf({
      keys,
      token: "t",
      after: "<NextContinuationToken>u</NextContinuationToken>",
    }),
    "that does not tell where it goes on": pageOf({ keys, token: "" }),
    "that is encoded in another way": pageOf({ keys, encoded: false, after: "<EncodingType>other</EncodingType>" }),
    "in an order of its own": pageOf({ keys: ["a", "c", "b"] }),
    "of versions": Buffer.from(pageOf({ keys }).toString().replaceAll("ListBucketResult", "ListVersionsResult")),
    "that is cut off": pageOf({ keys }).subarray(0, -30),
    "that is none": Buffer.from("<html><body>Sign in</body></html>"),
  };
  for (const [what, bytes] of Object.entries(without)) {
    it(`is not had of a page ${what}`, () => should(outlineOf(bytes)).be.undefined());
  }
});
