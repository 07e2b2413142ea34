import "should";
import { storageClasses } from "../servers";
import { chosenServer } from "../support/chosen-server";
import { differs } from "../support/differs";
import { takesKey } from "../support/keys";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

const paths = ["a b+c%2F.txt", "x//y", "/lead", "../up", "back\\slash", "new\nline", "😀é", "q?a=1#f", "."];

const storageClass = storageClasses[chosenServer.name] ?? "STANDARD_IA";

describe("read", () => {
  const world = useStore({ buckets: [{ name: "versioned", versioning: "Enabled" }] });
  const read = (config: Record<string, unknown>, path: unknown, connection = {}, bucket = "bucket") =>
    once("read", config, { path }, { server: world.s3, connection, bucket });
  const gets = () => world.s3.requests.filter(({ operation }) => operation === "GetObject");

  beforeEach(() => {
    world.s3.clear();
  });

  describe("format auto", () => {
    const texts: [string, string][] = [
      ["ASCII", "plain"],
      ["characters of one to four bytes", "aé€😀"],
      ["no text at all", ""],
      ["a byte order mark, which stays", "\uFEFFtext"],
      ["control characters", "a\tb\r\n\u001b"],
    ];
    for (const [name, text] of texts) {
      it(`gives a string for ${name}`, async () => {
        await world.s3.put("bucket", "auto", text);
        const msg = onlyMessage(await read({}, "auto"));
        msg.payload.should.equal(text);
        msg.s3.format.should.equal("string");
      });
    }

    const bytes: [string, number[]][] = [
      ["a byte that starts no character", [0x61, 0xff, 0x62]],
      ["half a character at the end", [0x61, 0xe2, 0x82]],
      ["an overlong form", [0xc0, 0xaf]],
      ["a surrogate", [0xed, 0xa0, 0x80]],
      ["a NUL", [0x61, 0x00]],
    ];
    for (const [name, content] of bytes) {
      it(`gives a Buffer for ${name}`, async () => {
        await world.s3.put("bucket", "auto", Buffer.from(content));
        const msg = onlyMessage(await read({}, "auto"));
        Buffer.isBuffer(msg.payload).should.be.true();
        [...msg.payload].should.eql(content);
        msg.s3.format.should.equal("buffer");
      });
    }

    it("looks at all of a long text, not at its beginning", async () => {
      const content = Buffer.concat([Buffer.alloc(3 * MiB, "a"), Buffer.from([0xff])]);
      await world.s3.put("bucket", "auto", content);
      const msg = onlyMessage(await read({}, "auto"));
      content.equals(msg.payload).should.be.true();
    });
  });

  it("gives a Buffer for format buffer, even of text", async () => {
    await world.s3.put("bucket", "a.txt", "text");
    const msg = onlyMessage(await read({ format: "buffer" }, "a.txt"));
    Buffer.isBuffer(msg.payload).should.be.true();
    msg.payload.toString().should.equal("text");
    msg.s3.format.should.equal("buffer");
  });

  const encodings: [string, Buffer, string][] = [
    ["utf8", Buffer.from("é€"), "é€"],
    ["none", Buffer.from("é€"), "é€"],
    ["latin1", Buffer.from([0xe9, 0xff]), "éÿ"],
    ["Shift_JIS", Buffer.from([0x93, 0xfa, 0x96, 0x7b]), "日本"],
    ["utf-16le", Buffer.from("日本", "utf16le"), "日本"],
    ["base64", Buffer.from([0, 1, 255]), "AAH/"],
    ["hex", Buffer.from([0, 1, 255]), "0001ff"],
  ];
  for (const [encoding, bytes, text] of encodings) {
    it(`gives a string in the encoding ${encoding}`, async () => {
      await world.s3.put("bucket", "encoded", bytes);
      const msg = onlyMessage(await read({ format: "string", encoding }, "encoded"));
      msg.payload.should.equal(text);
      msg.s3.format.should.equal("string");
    });
  }

  it("refuses an encoding that nobody knows, before anything is sent", async () => {
    const error = failure(await read({ format: "string", encoding: "klingon" }, "a.txt"), "InvalidParameter");
    error.message.should.match(/klingon/);
    world.s3.requests.should.have.length(0);
  });

  describe("format json", () => {
    it("gives what was parsed", async () => {
      await world.s3.put("bucket", "a.json", '\uFEFF{"a":[1,null,"é"]}');
      const msg = onlyMessage(await read({ format: "json" }, "a.json"));
      msg.payload.should.eql({ a: [1, null, "é"] });
    });

    for (const text of ["", "{", "{'a':1}", "NaN"]) {
      it(`fails with InvalidResponse for ${JSON.stringify(text)}`, async () => {
        await world.s3.put("bucket", "bad.json", text);
        const outcome = await read({ format: "json" }, "bad.json");
        const error = failure(outcome, "InvalidResponse");
        error.message.should.match(/bad\.json/);
        error.retryable.should.be.false();
        outcome.messages.should.have.length(0);
      });
    }
  });

  onlyEmbedded(needsFaults, () => {
    it("tells metadata that a store sends in UTF-8, as they were meant", async () => {
      await world.s3.put("bucket", "raw.txt", "text");
      // A header's characters are bytes to node:http.
      const headers = { "x-amz-meta-who": Buffer.from("Zoë 😀").toString("latin1") };
      world.embedded.hook({ operation: "GetObject", times: 1, headers });
      onlyMessage(await read({}, "raw.txt")).s3.metadata.should.eql({ who: "Zoë 😀" });
    });
  });

  it("tells in msg.s3 what S3 told, in the contract's words", async () => {
    const { etag, versionId } = await world.s3.put("versioned", "a/b.txt", "text", {
      contentType: "text/x-test",
      metadata: { owner: "=?UTF-8?B?w4VzYQ==?=", plain: "yes" },
      headers: { "x-amz-storage-class": storageClass },
    });
    const msg = onlyMessage(await read({}, "a/b.txt", {}, "versioned"));
    const { requestId, ...told } = msg.s3;
    requestId.should.equal(gets()[0]?.id);
    told.should.eql({
      operation: "read",
      bucket: world.s3.bucketName("versioned"),
      path: "a/b.txt",
      etag: etag.replaceAll('"', ""),
      size: 4,
      lastModified: (await world.s3.get("versioned", "a/b.txt"))?.lastModified.toISOString(),
      contentType: "text/x-test",
      metadata: { owner: "Åsa", plain: "yes" },
      versionId,
      storageClass,
      format: "string",
    });
  });

  onlyEmbedded(needsFaults, () => {
    it("leaves out of msg.s3 what S3 did not tell", async () => {
      await world.s3.put("bucket", "bare", "x");
      world.embedded.hook({
        operation: "GetObject",
        headers: { "content-type": undefined, "last-modified": undefined },
      });
      const { s3 } = onlyMessage(await read({}, "bare"));
      for (const name of ["contentType", "lastModified", "metadata", "versionId", "storageClass"]) {
        s3.should.not.have.property(name);
      }
    });
  });

  describe("versionId", () => {
    it("reads that version", async () => {
      const first = await world.s3.put("versioned", "v", "first");
      await world.s3.put("versioned", "v", "second");
      const msg = onlyMessage(
        await once(
          "read",
          { versionId: "payload.versionId", versionIdType: "msg" },
          { path: "v", versionId: first.versionId },
          { server: world.s3, bucket: "versioned" },
        ),
      );
      msg.payload.should.equal("first");
      msg.s3.versionId.should.equal(first.versionId);
      onlyMessage(await read({}, "v", {}, "versioned")).payload.should.equal("second");
    });

    onlyEmbedded(needsFaults, () => {
      it("goes on with the same version after a cut", async () => {
        const first = await world.s3.put("versioned", "cut", "first version");
        await world.s3.put("versioned", "cut", "another one");
        world.embedded.hook({ operation: "GetObject", times: 1, cut: 5 });
        const config = { versionId: first.versionId, versionIdType: "str" };
        onlyMessage(await read(config, "cut", {}, "versioned")).payload.should.equal("first version");
        gets()
          .map(({ query }) => query.versionId)
          .should.eql([first.versionId, first.versionId]);
      });
    });

    it("fails for one that is not there", async () => {
      await world.s3.put("versioned", "v2", "x");
      const other = await world.s3.put("versioned", "v3", "x");
      const config = { versionId: other.versionId, versionIdType: "str" };
      const error = failure(await read(config, "v2", {}, "versioned"), "NoSuchVersion");
      error.statusCode.should.equal(404);
    });

    onlyEmbedded(needsFaults, () => {
      it("fails with the same code where a store calls it a key", async () => {
        world.embedded.hook({ operation: "GetObject", error: "NoSuchKey" });
        const config = { versionId: "some", versionIdType: "str" };
        const error = failure(await read(config, "v2", {}, "versioned"), "NoSuchVersion");
        error.statusCode.should.equal(404);
        error.requestId.should.equal(gets()[0]?.id);
        failure(await read({}, "v2", {}, "versioned"), "NoSuchKey");
      });
    });
  });

  describe("range", () => {
    const ranges: [string, string][] = [
      ["bytes=0-3", "0123"],
      ["bytes=4-", "456789"],
      ["bytes=-3", "789"],
      ["bytes=8-100", "89"],
      ["bytes=0-0", "0"],
    ];
    for (const [range, text] of ranges) {
      it(`reads ${range}`, async () => {
        await world.s3.put("bucket", "digits", "0123456789");
        const msg = onlyMessage(await read({ range, rangeType: "str" }, "digits"));
        msg.payload.should.equal(text);
        must(gets()[0]?.headers).should.have.property("range", range);
      });
    }

    for (const range of ["0-3", "bytes 0-3", "bytes=-", "bytes=a-b", "bytes=0-1,4-5", "bytes=5-2", "items=0-3"]) {
      it(`refuses ${range} before anything is sent`, async () => {
        const error = failure(await read({ range, rangeType: "str" }, "digits"), "InvalidParameter");
        error.message.should.containEql(range);
        error.message.should.match(/bytes=0-99/);
        world.s3.requests.should.have.length(0);
      });
    }

    it("fails past the end with S3's code", async () => {
      await world.s3.put("bucket", "digits", "0123456789");
      const error = failure(await read({ range: "bytes=10-", rangeType: "str" }, "digits"), "InvalidRange");
      error.statusCode.should.equal(416);
    });

    onlyEmbedded(needsFaults, () => {
      it("goes on inside of the range after a cut", async () => {
        await world.s3.put("bucket", "digits", "0123456789");
        world.embedded.hook({ operation: "GetObject", times: 1, cut: 2 });
        const msg = onlyMessage(await read({ range: "bytes=3-8", rangeType: "str" }, "digits"));
        msg.payload.should.equal("345678");
        must(gets()[1]?.headers).should.have.property("range", "bytes=5-8");
      });

      it("does not pass the whole object on when a store ignores the range", async () => {
        await world.s3.put("bucket", "digits", "0123456789");
        world.embedded.hook({
          operation: "GetObject",
          status: 200,
          body: "0123456789",
          headers: { "content-range": undefined },
        });
        const outcome = await read({ range: "bytes=3-8", rangeType: "str" }, "digits");
        failure(outcome, "InvalidResponse");
        outcome.messages.should.have.length(0);
      });
    });
  });

  describe("maxBytes", () => {
    const large = 20 * MiB;
    for (const format of ["auto", "string", "buffer", "json"]) {
      it(`refuses a large object before its body is fetched, in format ${format}`, async () => {
        await world.s3.put("bucket", "large", { size: large });
        const config = { format, maxBytes: String(MiB), maxBytesType: "num" };
        const error = failure(await read(config, "large"), "ObjectTooLarge");
        error.message.should.match(new RegExp(`${large}`)).and.match(/1048576/);
        gets().should.have.length(1);
      });
    }

    onlyEmbedded("only the embedded server tells how many bytes it sent, and holds large objects for nothing", () => {
      it("has a default of 256 MiB, and fetches no body that is larger", async () => {
        await world.s3.put("bucket", "larger", { size: 256 * MiB + 1 });
        failure(await read({}, "larger"), "ObjectTooLarge").message.should.match(/maxBytes is 268435456/);
        // What was in the sockets' buffers when the head of the answer came.
        must(world.embedded.requests[0]?.sent).should.be.below(16 * MiB);
      });
    });

    it("takes an object of just that size", async () => {
      await world.s3.put("bucket", "exact", "12345");
      onlyMessage(await read({ maxBytes: "5", maxBytesType: "num" }, "exact")).payload.should.equal("12345");
      failure(await read({ maxBytes: "4", maxBytesType: "num" }, "exact"), "ObjectTooLarge");
    });

    it("counts the bytes of the range, not those of the object", async () => {
      await world.s3.put("bucket", "large", { size: large });
      const config = { range: "bytes=0-9", rangeType: "str", maxBytes: "10", maxBytesType: "num", format: "buffer" };
      onlyMessage(await read(config, "large")).payload.should.have.length(10);
    });

    onlyEmbedded(needsFaults, () => {
      it("holds where the store does not tell the size", async () => {
        await world.s3.put("bucket", "untold", { size: 100 * MiB });
        world.embedded.hook({ operation: "GetObject", headers: { "content-length": undefined } });
        failure(await read({ maxBytes: String(MiB), maxBytesType: "num" }, "untold"), "ObjectTooLarge");
        must(world.embedded.requests[0]?.sent).should.be.below(32 * MiB);
      });
    });

    it("holds for nothing that is not held in memory", async () => {
      await world.s3.put("bucket", "five", "12345");
      const config = { format: "chunks", maxBytes: "1", maxBytesType: "num" };
      onlyMessage(await read(config, "five"))
        .payload.toString()
        .should.equal("12345");
    });
  });

  describe("what is not there", () => {
    it("fails with NoSuchKey", async () => {
      const outcome = await read({}, "nothing.txt");
      const error = failure(outcome, "NoSuchKey");
      error.statusCode.should.equal(404);
      error.path.should.equal("nothing.txt");
      error.message.should.match(/nothing\.txt/);
      error.message.includes("The store says: ").should.equal(!differs("errors-without-message"));
      outcome.messages.should.have.length(0);
    });

    it("fails with NoSuchBucket", async () => {
      failure(await read({}, "a", {}, "no-such-bucket"), "NoSuchBucket").statusCode.should.equal(404);
    });

    it("fails with NotAFile for a folder, before anything is sent", async () => {
      await world.s3.put("bucket", "folder/", "");
      failure(await read({}, "folder/"), "NotAFile");
      world.s3.requests.should.have.length(0);
    });

    for (const [path, code] of [
      [undefined, "MissingParameter"],
      ["", "MissingParameter"],
      [" ", "InvalidParameter"],
      ["/", "InvalidParameter"],
      [5, "InvalidParameter"],
    ] as const) {
      it(`fails with ${code} for the path ${JSON.stringify(path)}, before anything is sent`, async () => {
        failure(await read({}, path), code);
        world.s3.requests.should.have.length(0);
      });
    }
  });

  for (const key of paths.filter(takesKey)) {
    it(`takes the path ${JSON.stringify(key)} literally`, async () => {
      await world.s3.put("bucket", key, key);
      const msg = onlyMessage(await read({}, key));
      msg.payload.should.equal(key);
      msg.s3.path.should.equal(key);
    });
  }
});
