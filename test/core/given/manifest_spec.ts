import "should";
import { isManifest, readManifest } from "../../../src/core/given/manifest";

const file = { key: "data/0.csv.gz", size: 7, MD5checksum: "f11166069f1990abeb9c97ace9cdfabc" };

const good = {
  sourceBucket: "source",
  destinationBucket: "arn:aws:s3:::target",
  version: "2016-11-30",
  creationTimestamp: "1514944800000",
  fileFormat: "CSV",
  fileSchema: "Bucket, Key, VersionId, IsLatest, IsDeleteMarker, Size, LastModifiedDate, ETag, StorageClass",
  files: [file],
};

const read = (manifest: unknown) =>
  readManifest(typeof manifest === "string" ? manifest : JSON.stringify(manifest), "m", "source", "target");

describe("the manifest of an inventory", () => {
  it("is known by its name", () => {
    for (const path of ["manifest.json", "a/b/manifest.json"]) isManifest(path).should.be.true();
    for (const path of ["manifest.json.gz", "my-manifest.json", "a/manifest.json/b", "manifest.checksum"]) {
      isManifest(path).should.be.false();
    }
  });

  it("tells its columns and its files", () => {
    const { columns, files } = read(good);
    columns.slice(0, 3).should.eql(["Bucket", "Key", "VersionId"]);
    files.should.eql([{ key: "data/0.csv.gz", size: 7, md5: "f11166069f1990abeb9c97ace9cdfabc" }]);
    read({ ...good, files: [] }).files.should.eql([]);
  });

  it("may be one of a region of another partition", () => {
    read({ ...good, destinationBucket: "arn:aws-us-gov:s3:::target" }).files.length.should.equal(1);
  });

  for (const [what, manifest, says] of [
    ["that is cut", JSON.stringify(good).slice(0, -5), /m is no JSON/],
    ["that is empty", "", /m is no JSON/],
    ["that is an array", [good], /no manifest of an S3 Inventory: fileFormat is undefined/],
    [
      "in ORC",
      { ...good, fileFormat: "ORC" },
      /inventory in ORC: this node reads CSV; set the inventory's output format/,
    ],
    ["in Parquet", { ...good, fileFormat: "Parquet" }, /inventory in Parquet/],
    ["of another bucket", { ...good, sourceBucket: "other" }, /lists bucket other, and the node works on source/],
    ["of no bucket", { ...good, sourceBucket: undefined }, /sourceBucket is undefined/],
    ["for elsewhere", { ...good, destinationBucket: "arn:aws:s3:::there" }, /lies in bucket target, .* lie in there/],
    ["without a schema", { ...good, fileSchema: "" }, /fileSchema is ""/],
    ["without keys", { ...good, fileSchema: "Bucket, Size" }, /has no column Key/],
    ["without buckets", { ...good, fileSchema: "Key, Size" }, /has no column Bucket/],
    ["with a column twice", { ...good, fileSchema: "Bucket, Key, Size, Size" }, /the column Size twice/],
    ["without files", { ...good, files: undefined }, /files is undefined/],
    ["with a file that has no key", { ...good, files: [file, { ...file, key: 1 }] }, /files\[1\].key is 1/],
    ["with a file that has no size", { ...good, files: [{ ...file, size: "7" }] }, /no size in files\[0\].size: "7"/],
    ["with a file that has no MD5", { ...good, files: [{ ...file, MD5checksum: "abc" }] }, /no MD5 in files\[0\]/],
    ["with a file that is none", { ...good, files: [null] }, /files\[0\].key is undefined/],
  ] as const) {
    it(`${what} is refused`, () => {
      (() => read(manifest)).should.throw(says);
      (() => read(manifest)).should.throw({ code: "InvalidListing" });
    });
  }
});
