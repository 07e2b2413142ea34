import { isUtf8 } from "node:buffer";
import { Readable } from "node:stream";
import { ListObjectsV2Command, ListObjectVersionsCommand, S3Client } from "@aws-sdk/client-s3";
import should from "should";
import { randomFrom } from "../../dev/random";
import { type Page, type PageRoot, readPage, readPageInSlices } from "../../src/core/reply-pages";
import { numbered } from "../support/keys";
import { must } from "../support/must";
import { readWholePage } from "../support/plain-page-reader";
import { randomPage } from "../support/random-page";

/** What becomes of a page: itself, or the code of the error. */
const outcome = (read: () => Page): unknown => {
  try {
    return read();
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== "InvalidResponse") throw error;
    return code;
  }
};

const rootOf = (versions: boolean): PageRoot => (versions ? "ListVersionsResult" : "ListBucketResult");

/** The scanner and the plain reader make the same of it. */
const same = (bytes: Buffer, root: PageRoot): unknown => {
  const found = outcome(() => readPage(bytes, root));
  const expected = outcome(() => readWholePage(bytes.toString("utf8"), root));
  try {
    should(found).eql(expected);
  } catch (error) {
    throw new Error(`${(error as Error).message} for ${JSON.stringify(bytes.toString("utf8").slice(0, 4000))}`);
  }
  return found;
};

/** What the SDK's own parser makes of it. */
const bySdk = async (xml: string, versions: boolean): Promise<Page> => {
  const client = new S3Client({
    region: "us-east-1",
    credentials: { accessKeyId: "a", secretAccessKey: "b" },
    requestHandler: {
      handle: async () => ({ response: { statusCode: 200, headers: {}, body: Readable.from([Buffer.from(xml)]) } }),
    } as never,
  });
  const of = { Bucket: "bucket" };
  // biome-ignore lint/suspicious/noExplicitAny: two kinds of answers
  const told: any = await client.send(
    (versions ? new ListObjectVersionsCommand(of) : new ListObjectsV2Command(of)) as never,
  );
  const key = (raw: string): string =>
    told.EncodingType === "url" ? decodeURIComponent(raw.replaceAll("+", " ")) : raw;
  // biome-ignore lint/suspicious/noExplicitAny: two kinds of entries
  const entry = (marker: boolean) => (one: any) => ({
    key: key(one.Key),
    size: marker ? 0 : one.Size,
    ...(one.LastModified ? { lastModified: one.LastModified.toISOString() } : {}),
    ...(one.ETag ? { etag: one.ETag.replaceAll('"', "") } : {}),
    ...(one.StorageClass ? { storageClass: one.StorageClass } : {}),
    ...(one.VersionId ? { versionId: one.VersionId } : {}),
    ...(one.IsLatest === undefined ? {} : { isLatest: one.IsLatest }),
    ...(marker ? { deleteMarker: true as const } : {}),
  });
  const next = versions
    ? { keyMarker: key(told.NextKeyMarker ?? ""), versionIdMarker: told.NextVersionIdMarker }
    : { token: told.NextContinuationToken };
  return {
    objects: [
      ...(told.Contents ?? []).map(entry(false)),
      ...(told.Versions ?? []).map(entry(false)),
      ...(told.DeleteMarkers ?? []).map(entry(true)),
    ],
    prefixes: (told.CommonPrefixes ?? []).map(({ Prefix }: { Prefix: string }) => key(Prefix)),
    ...(told.IsTruncated ? { next } : {}),
  };
};

describe("scanned pages", () => {
  for (const versions of [false, true]) {
    const kind = versions ? "versions" : "objects";

    it(`of ${kind} are what the plain reader and the SDK read`, async () => {
      const random = randomFrom(versions ? 1 : 2);
      let entries = 0;
      for (let round = 0; round < 100; round++) {
        const xml = randomPage(random, versions);
        const page = same(Buffer.from(xml), rootOf(versions)) as Page;
        should(page).be.an.Object();
        entries += page.objects.length;
        const sdk = await bySdk(xml, versions);
        const [live, markers] = [false, true].map((marker) =>
          page.objects.filter((one) => (one.deleteMarker ?? false) === marker),
        );
        ({ ...page, objects: [...must(live), ...must(markers)] }).should.eql(sdk);
      }
      entries.should.be.above(500);
    });

    it(`of ${kind} that are spoiled are refused, or are what the plain reader reads`, () => {
      const random = randomFrom(versions ? 3 : 4);
      const bits = [
        "<",
        ">",
        "/",
        "&",
        ";",
        "%",
        '"',
        " ",
        "\n",
        "é",
        "</Key>",
        "<Key>",
        "<Size>",
        "&quot;",
        "<a/>",
        "<b>",
      ];
      let refused = 0;
      for (let round = 0; round < 1000; round++) {
        let bytes = Buffer.from(randomPage(random, versions));
        for (let times = 1 + random() * 3; times > 0; times--) {
          const at = Math.floor(random() * bytes.length);
          const cut = Math.floor(random() * 4);
          const bit =
            random() < 0.3
              ? Buffer.from([random() * 256])
              : Buffer.from(bits[Math.floor(random() * bits.length)] as string);
          const from = Math.floor(random() * bytes.length);
          const put = random() < 0.1 ? bytes.subarray(from, from + random() * 200) : bit;
          bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at + cut)]);
        }
        // The others are refused before anybody reads them.
        if (isUtf8(bytes) && same(bytes, rootOf(versions)) === "InvalidResponse") refused++;
      }
      refused.should.be.within(300, 1900);
    });

    it(`of ${kind} that are cut anywhere are refused`, () => {
      const random = randomFrom(versions ? 5 : 6);
      let bytes = Buffer.alloc(0);
      while (bytes.length < 1000 || bytes.length > 3000) bytes = Buffer.from(randomPage(random, versions));
      for (let at = 0; at < bytes.length - 1; at++) {
        should(outcome(() => readPage(bytes.subarray(0, at), rootOf(versions)))).equal("InvalidResponse");
      }
    });
  }

  it("are read in slices, and let other work pass between them", async () => {
    const key = encodeURIComponent("\u0001".repeat(1020));
    const entry = (number: string) => `<Contents><Key>${key}${number}</Key><Size>1</Size></Contents>`;
    const bytes = Buffer.from(
      `<ListBucketResult><KeyCount>1000</KeyCount><EncodingType>url</EncodingType><IsTruncated>false</IsTruncated>` +
        `${numbered(1000).map(entry).join("")}</ListBucketResult>`,
    );
    let passed = 0;
    let reading = true;
    const work = (): void => {
      passed++;
      if (reading) setImmediate(work);
    };
    setImmediate(work);
    const page = await readPageInSlices(bytes, "ListBucketResult");
    reading = false;
    page.objects.length.should.equal(1000);
    must(page.objects[999]?.key).should.equal(`${"\u0001".repeat(1020)}0999`);
    passed.should.be.above(bytes.length / 65_536);
  });
});
