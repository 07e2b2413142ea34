import should from "should";
import { readPage } from "../../src/core/reply-pages";
import { must } from "../support/must";

const contents = (key: string, more = "<Size>1</Size>") => `<Contents><Key>${key}</Key>${more}</Contents>`;
const page = (body: string, count = 1, more = "<IsTruncated>false</IsTruncated>") =>
  `<ListBucketResult><KeyCount>${count}</KeyCount>${more}${body}</ListBucketResult>`;
const read = (xml: string) => readPage(xml, "ListBucketResult");
const refused = (xml: string) => should(() => read(xml)).throw({ code: "InvalidResponse" });

describe("page of a listing", () => {
  it("has all that S3 tells of an object", () => {
    const fields =
      "<LastModified>2026-05-04T03:02:01.000Z</LastModified><ETag>&quot;abc-2&quot;</ETag><Size>12</Size>" +
      "<StorageClass>GLACIER</StorageClass><Owner><ID>1</ID><Key>not this</Key></Owner>" +
      "<ChecksumAlgorithm>CRC32</ChecksumAlgorithm><ChecksumAlgorithm>SHA1</ChecksumAlgorithm>";
    read(page(contents("a", fields))).should.eql({
      objects: [
        { key: "a", size: 12, lastModified: "2026-05-04T03:02:01.000Z", etag: "abc-2", storageClass: "GLACIER" },
      ],
      prefixes: [],
    });
  });

  it("leaves out what S3 does not tell", () => {
    read(page(contents("a"))).objects.should.eql([{ key: "a", size: 1 }]);
    read(page(contents("a", "<Size>1</Size><LastModified>never</LastModified>"))).objects.should.eql([
      { key: "a", size: 1 },
    ]);
  });

  it("gives every object its own time and ETag", () => {
    const of = (etag: string, time: string) => `<Size>1</Size><ETag>${etag}</ETag><LastModified>${time}</LastModified>`;
    const { objects } = read(
      page(
        contents("a", of("&quot;1&quot;", "2026-01-01T00:00:00Z")) +
          contents("b", of('"2"', "2026-01-01T00:00:00Z")) +
          contents("c", of("&#34;3&#34;", "2026-01-01T00:00:01.5+01:00")),
        3,
      ),
    );
    objects.map(({ etag }) => etag).should.eql(["1", "2", "3"]);
    objects
      .map(({ lastModified }) => lastModified)
      .should.eql(["2026-01-01T00:00:00.000Z", "2026-01-01T00:00:00.000Z", "2025-12-31T23:00:01.500Z"]);
  });

  it("decodes keys where it says that they are encoded, wherever it says so", () => {
    const encoded = `${contents("a+b%2Bc%25%0A%F0%9F%98%80")}<CommonPrefixes><Prefix>d+e/</Prefix></CommonPrefixes>`;
    const url = "<EncodingType>url</EncodingType>";
    for (const xml of [page(url + encoded, 2), page(encoded + url, 2)]) {
      must(read(xml).objects[0]?.key).should.equal("a b+c%\n😀");
      read(xml).prefixes.should.eql(["d e/"]);
    }
    must(read(page(contents("a+b%2B"))).objects[0]?.key).should.equal("a+b%2B");
    must(read(page(contents(" a&amp;b&#xA;"))).objects[0]?.key).should.equal(" a&b\n");
    refused(page(url + contents("50%")));
    refused(page(url + contents("%FF")));
  });

  it("is not changed by names that JavaScript has a meaning for", () => {
    const evil = "<__proto__><polluted>1</polluted></__proto__>";
    const { objects } = read(page(contents("__proto__", `<Size>1</Size>${evil}`) + evil));
    objects.should.eql([{ key: "__proto__", size: 1 }]);
    (({}) as { polluted?: string }).should.not.have.property("polluted");
    read(page(contents("a", "<Size>1</Size><__proto__>x</__proto__><constructor>y</constructor>"))).objects.should.eql([
      { key: "a", size: 1 },
    ]);
  });

  it("is refused where it says twice what decides how it goes on", () => {
    const more = "<NextContinuationToken>n</NextContinuationToken>";
    read(page(contents("a") + more)).should.have.property("objects");
    for (const twice of [
      "<IsTruncated>true</IsTruncated>",
      "<IsTruncated>false</IsTruncated>",
      "<KeyCount>1</KeyCount>",
      `${more}${more}`,
      "<EncodingType>url</EncodingType><EncodingType>url</EncodingType>",
    ])
      refused(page(contents("a") + twice));
  });

  it("is believed only with a count that fits", () => {
    refused(page(contents("a"), 2));
    refused(page(contents("a") + contents("b"), 1));
    refused(page(contents("a"), -1));
    for (const count of ["", "one", "1.5", "1e0", "NaN"]) {
      refused(page(contents("a")).replace("<KeyCount>1<", `<KeyCount>${count}<`));
    }
    refused(page("").replace("<KeyCount>1</KeyCount>", ""));
    refused(page("", 0).replace("<KeyCount>0<", "<KeyCount><"));
    read(page("", 0)).should.eql({ objects: [], prefixes: [] });
    const prefix = "<CommonPrefixes><Prefix>p/</Prefix></CommonPrefixes>";
    // S3 counts common prefixes, some stores do not.
    for (const count of [1, 2]) read(page(contents("a") + prefix, count)).prefixes.should.eql(["p/"]);
    refused(page(contents("a") + prefix, 0));
    refused(page(contents("a") + prefix, 3));
  });

  it("is believed only if it says whether it is the last", () => {
    refused(page(contents("a"), 1, ""));
    for (const text of ["", "TRUE", "maybe", "1"])
      refused(page(contents("a"), 1, `<IsTruncated>${text}</IsTruncated>`));
    const truncated = "<IsTruncated>true</IsTruncated>";
    refused(page(contents("a"), 1, truncated));
    refused(page(contents("a"), 1, `${truncated}<NextContinuationToken/>`));
    const token = "<NextContinuationToken>a&amp;b</NextContinuationToken>";
    should(read(page(contents("a"), 1, truncated + token)).next).eql({ token: "a&b" });
    should(read(page(contents("a"), 1, `<IsTruncated>false</IsTruncated>${token}`)).next).be.undefined();
  });

  it("is not believed with entries that lack something, or have it twice", () => {
    refused(page("<Contents><Size>1</Size></Contents>"));
    refused(page("<Contents><Key/><Size>1</Size></Contents>"));
    for (const size of [
      "",
      "<Size/>",
      "<Size>-1</Size>",
      "<Size>1.5</Size>",
      "<Size>many</Size>",
      "<Size>1e99</Size>",
    ]) {
      refused(page(contents("a", size)));
    }
    refused(page("<Contents><Key>a</Key><Key>b</Key><Size>1</Size></Contents>"));
    refused(page("<CommonPrefixes><Prefix>a/</Prefix><Prefix>b/</Prefix></CommonPrefixes>"));
    refused(page("<CommonPrefixes/>"));
    refused(page("<Error><Code>InternalError</Code></Error>"));
  });

  it("goes on after its last key also where the store has encoded all but the marker", () => {
    for (const [key, encoded] of [
      ["a+b", "a%2Bb"],
      ["100%", "100%25"],
      ["a b", "a+b"],
    ] as const) {
      const xml = (marker: string) =>
        `<ListVersionsResult><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated><NextKeyMarker>${marker}</NextKeyMarker><Version><Key>${encoded}</Key><Size>1</Size></Version></ListVersionsResult>`;
      for (const marker of [key, encoded])
        should(readPage(xml(marker), "ListVersionsResult").next).eql({ keyMarker: key });
    }
  });

  it("may be one of versions", () => {
    const xml =
      "<ListVersionsResult><IsTruncated>true</IsTruncated><NextKeyMarker>a%2Fb</NextKeyMarker>" +
      "<NextVersionIdMarker>v1</NextVersionIdMarker><EncodingType>url</EncodingType>" +
      "<Version><Key>a</Key><VersionId>v2</VersionId><IsLatest>true</IsLatest><Size>3</Size></Version>" +
      "<DeleteMarker><Key>a</Key><VersionId>v1</VersionId></DeleteMarker></ListVersionsResult>";
    const { objects, next } = readPage(xml, "ListVersionsResult");
    objects.should.eql([
      { key: "a", size: 3, versionId: "v2", isLatest: true },
      { key: "a", size: 0, versionId: "v1", deleteMarker: true },
    ]);
    should(next).eql({ keyMarker: "a/b", versionIdMarker: "v1" });
    for (const cut of [/<NextKeyMarker>.*<\/NextKeyMarker>/, /<IsTruncated>.*<\/IsTruncated>/]) {
      should(() => readPage(xml.replace(cut, ""), "ListVersionsResult")).throw({ code: "InvalidResponse" });
    }
    should(() => readPage(xml, "ListBucketResult")).throw({ code: "InvalidResponse" });
  });
});
