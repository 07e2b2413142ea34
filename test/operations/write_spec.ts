import "should";
import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { kmsKeys, storageClasses } from "../servers";
import { chosenServer } from "../support/chosen-server";
import { differs, isKnown } from "../support/differs";
import { takesKey } from "../support/keys";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

const all = Uint8Array.from({ length: 256 }, (_, index) => index);

const paths = ["a b+c%2F.txt", "x//y", "/lead", "../up", "back\\slash", "new\nline", "😀é", "q?a=1#f", "."];
const storageClass = storageClasses[chosenServer.name] ?? "STANDARD_IA";

describe("write", () => {
  const world = useStore({ buckets: [{ name: "versioned", versioning: "Enabled" }] });
  const write = (payload: object, config: Record<string, unknown> = {}, bucket = "bucket", connection = {}) =>
    once("write", config, payload, { server: world.s3, bucket, connection });
  const stored = async (path: string, bucket = "bucket") => {
    const object = await world.s3.get(bucket, path);
    if (!object) throw new Error(`${path} was not written`);
    return object;
  };

  beforeEach(() => {
    world.s3.clear();
  });

  describe("takes data", () => {
    const view = (type: { new (buffer: ArrayBuffer, offset: number, length: number): ArrayBufferView }, size: number) =>
      new type(all.buffer.slice(0), 8 * size, 4);
    const shared = new SharedArrayBuffer(4);
    new Uint8Array(shared).set([1, 2, 3, 4]);
    // biome-ignore lint/suspicious/noExplicitAny: the data may be anything
    const cases: [string, any, Uint8Array | string, string][] = [
      ["a Buffer", Buffer.from(all), all, "application/octet-stream"],
      [
        "a Buffer that is a part of a larger one",
        Buffer.from(all).subarray(3, 9),
        all.subarray(3, 9),
        "application/octet-stream",
      ],
      ["an empty Buffer", Buffer.alloc(0), "", "application/octet-stream"],
      ["a Uint8Array", all, all, "application/octet-stream"],
      ["an ArrayBuffer", all.buffer.slice(0), all, "application/octet-stream"],
      ["a SharedArrayBuffer", shared, Uint8Array.of(1, 2, 3, 4), "application/octet-stream"],
      ["a string", "aé€😀\n", "aé€😀\n", "text/plain"],
      ["an empty string", "", "", "text/plain"],
      ["a string that looks like base64", "aGVsbG8=", "aGVsbG8=", "text/plain"],
      [
        "a string that looks like a data URL",
        "data:text/plain;base64,aGk=",
        "data:text/plain;base64,aGk=",
        "text/plain",
      ],
      ["a string that looks like JSON", '{"a":1}', '{"a":1}', "text/plain"],
      ["a string with a byte order mark", "\uFEFFa", "\uFEFFa", "text/plain"],
      ["the number 0", 0, "0", "text/plain"],
      ["a number", -1.5e300, "-1.5e+300", "text/plain"],
      ["false", false, "false", "text/plain"],
      ["true", true, "true", "text/plain"],
      ["an object", { a: [1, null], é: "€" }, '{"a":[1,null],"é":"€"}', "application/json"],
      ["an empty object", {}, "{}", "application/json"],
      ["an array", [1, "two", { three: 3 }], '[1,"two",{"three":3}]', "application/json"],
      ["an array of numbers, which is no Buffer", [1, 2], "[1,2]", "application/json"],
      ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"', "application/json"],
    ];
    for (const [name, data, bytes, type] of cases) {
      it(`${name}`, async () => {
        const msg = onlyMessage(await write({ path: "kind", data, overwrite: true }));
        const object = await stored("kind");
        object.body.equals(Buffer.from(bytes as string)).should.be.true();
        object.contentType.should.equal(type);
        msg.payload.should.containEql({ path: "kind", size: object.size, written: true });
      });
    }

    const arrays = {
      Int8Array,
      Uint8ClampedArray,
      Int16Array,
      Uint16Array,
      Int32Array,
      Uint32Array,
      Float32Array,
      Float64Array,
      BigInt64Array,
      BigUint64Array,
    };
    for (const [name, type] of Object.entries(arrays)) {
      it(`a ${name} with an offset`, async () => {
        const size = type.BYTES_PER_ELEMENT;
        onlyMessage(await write({ path: "kind", data: view(type as never, size), overwrite: true }));
        (await stored("kind")).body.equals(Buffer.from(all.subarray(8 * size, 12 * size))).should.be.true();
      });
    }

    it("a DataView", async () => {
      onlyMessage(await write({ path: "kind", data: new DataView(all.buffer, 5, 3), overwrite: true }));
      [...(await stored("kind")).body].should.eql([5, 6, 7]);
    });

    const streams: [string, () => Readable, Uint8Array | string][] = [
      [
        "a stream of bytes",
        () => Readable.from([Buffer.from(all), Buffer.from(all)], { objectMode: false }),
        Buffer.concat([all, all]),
      ],
      ["a stream of text", () => Readable.from(["aé", "€"]).setEncoding("utf8"), "aé€"],
      [
        "a stream of objects that are Buffers and text",
        () => Readable.from([Buffer.from("a"), "é", Uint8Array.of(98)]),
        "aéb",
      ],
      ["an empty stream", () => Readable.from([]), ""],
    ];
    for (const [name, make, bytes] of streams) {
      it(name, async () => {
        onlyMessage(await write({ path: "stream", data: make(), overwrite: true }));
        (await stored("stream")).body.equals(Buffer.from(bytes as string)).should.be.true();
        (await stored("stream")).contentType.should.equal("application/octet-stream");
      });
    }

    it("but no stream of anything else", async () => {
      const outcome = await write({ path: "stream-bad", data: Readable.from([{ a: 1 }]) });
      failure(outcome, "InvalidParameter").message.should.match(/stream/);
      (await world.s3.keys("bucket", "stream-bad")).should.have.length(0);
    });

    for (const data of [undefined, null]) {
      it(`but not ${data}`, async () => {
        const error = failure(await write({ path: "nothing", data }), "MissingParameter");
        error.message.should.equal(`data is missing: msg.payload.data is ${data} (write nothing)`);
        world.s3.requests.should.have.length(0);
      });
    }

    it("but nothing that has no JSON", async () => {
      const circle: Record<string, unknown> = {};
      circle.self = circle;
      failure(await write({ path: "circle", data: circle }), "InvalidParameter").message.should.match(/JSON/);
      failure(await write({ path: "f", data: () => 1 }), "InvalidParameter").message.should.match(/function/);
      failure(await write({ path: "s", data: Symbol("x") }), "InvalidParameter");
      failure(await write({ path: "j", data: { toJSON: () => undefined } }), "InvalidParameter");
      world.s3.requests.should.have.length(0);
    });
  });

  describe("takes string data in its encoding", () => {
    const cases: [string, string, number[] | string, string][] = [
      ["utf8", "é", "é", "text/plain"],
      ["none", "é", "é", "text/plain"],
      ["base64", "AP+/", [0, 255, 191], "application/octet-stream"],
      ["base64", "AP+\n/\n", [0, 255, 191], "application/octet-stream"],
      ["base64", "_-8", [255, 239], "application/octet-stream"],
      ["base64", "", [], "application/octet-stream"],
      ["hex", "00fFa0", [0, 255, 160], "application/octet-stream"],
      ["latin1", "é", [0xe9], "text/plain"],
      ["binary", "ÿ", [0xff], "text/plain"],
      ["Shift_JIS", "日本", [0x93, 0xfa, 0x96, 0x7b], "text/plain"],
      ["utf-16le", "a", [0x61, 0], "text/plain"],
    ];
    for (const [encoding, data, bytes, type] of cases) {
      it(`${encoding} ${JSON.stringify(data)}`, async () => {
        onlyMessage(await write({ path: "encoded", data, overwrite: true }, { encoding }));
        (await stored("encoded")).body.equals(Buffer.from(bytes as string)).should.be.true();
        (await stored("encoded")).contentType.should.equal(type);
      });
    }

    const wrong: [string, string][] = [
      ["base64", "not base64!"],
      ["base64", "YQ==YQ=="],
      ["base64", "YWJjZ"],
      ["base64", "é"],
      ["hex", "abc"],
      ["hex", "zz"],
      ["hex", "0x00"],
    ];
    for (const [encoding, data] of wrong) {
      it(`and refuses ${JSON.stringify(data)} as ${encoding}, before anything is sent`, async () => {
        const outcome = await write({ path: "encoded", data, overwrite: true }, { encoding });
        failure(outcome, "InvalidParameter").message.should.match(/^data /);
        world.s3.requests.should.have.length(0);
      });
    }

    it("and no other data", async () => {
      onlyMessage(await write({ path: "o", data: Buffer.from("zz"), overwrite: true }, { encoding: "hex" }));
      (await stored("o")).body.toString().should.equal("zz");
      onlyMessage(await write({ path: "o", data: { a: "é" }, overwrite: true }, { encoding: "latin1" }));
      (await stored("o")).body.toString().should.equal('{"a":"é"}');
    });

    it("and refuses one that nobody knows", async () => {
      failure(await write({ path: "x", data: "x" }, { encoding: "klingon" }), "InvalidParameter");
      world.s3.requests.should.have.length(0);
    });

    it("also in a stream of text, whose pieces may be cut anywhere", async () => {
      const data = Readable.from(["AP", "+/A", "P+/"]);
      onlyMessage(await write({ path: "pieces", data }, { encoding: "base64" }));
      [...(await stored("pieces")).body].should.eql([0, 255, 191, 0, 255, 191]);
      const cut: [string, string[], number[]][] = [
        ["hex", ["0", "0f", "f"], [0x00, 0xff]],
        ["base64", ["A", "", "P+", "/\nY", "Q=", "=\n"], [0, 255, 191, 97]],
        ["utf8", ["\ud83d", "\ude00"], [0xf0, 0x9f, 0x98, 0x80]],
        ["utf-16le", ["\ud83d", "\ude00"], [0x3d, 0xd8, 0x00, 0xde]],
      ];
      for (const [encoding, pieces, bytes] of cut) {
        onlyMessage(await write({ path: "cut", data: Readable.from(pieces), overwrite: true }, { encoding }));
        [...(await stored("cut")).body].should.eql(bytes);
      }
      for (const pieces of [["YQ==", "YQ=="], ["YWJjZ"], ["Y", "!"]]) {
        failure(
          await write({ path: "wrong", data: Readable.from(pieces) }, { encoding: "base64" }),
          "InvalidParameter",
        );
      }
      failure(
        await write({ path: "wrong", data: Readable.from(["ab", "c"]) }, { encoding: "hex" }),
        "InvalidParameter",
      );
      (await world.s3.keys("bucket", "wrong")).should.have.length(0);
    });
  });

  describe("chooses the content type", () => {
    const cases: [string, object, string][] = [
      ["a.csv", { data: "x" }, "text/csv"],
      ["A.JPG", { data: Buffer.alloc(1) }, "image/jpeg"],
      ["a.b/c", { data: "x" }, "text/plain"],
      ["a.tar.gz", { data: Buffer.alloc(1) }, "application/gzip"],
      [".json", { data: "x" }, "text/plain"],
      ["json", { data: "x" }, "text/plain"],
      ["a.unknown-extension", { data: { a: 1 } }, "application/json"],
      ["a.json", { data: "x", contentType: "text/x-own; charset=utf-8" }, "text/x-own; charset=utf-8"],
    ];
    for (const [path, more, type] of cases) {
      it(`of ${path} ${JSON.stringify(more)}`, async () => {
        const config = { contentType: "payload.contentType", contentTypeType: "msg" };
        onlyMessage(await write({ path, overwrite: true, ...more }, config));
        (await stored(path)).contentType.should.equal(type);
      });
    }

    it("never by a look at the content", async () => {
      onlyMessage(await write({ path: "page", data: "<html></html>", overwrite: true }));
      (await stored("page")).contentType.should.equal("text/plain");
    });
  });

  describe("keeps with the object", () => {
    const kmsKey = kmsKeys[chosenServer.name];
    const tags = { "a b": isKnown("tags-in-ascii") ? "c+d=/@" : "c+d=é/@", stage: "test" };

    it("tags in any language", async () => {
      const outcome = await write({ path: "language", data: "x" }, { tags: '{"größe":"é"}', tagsType: "json" });
      if (differs("tags-in-ascii")) failure(outcome, "InvalidTag");
      else {
        onlyMessage(outcome);
        (await stored("language")).tags.should.eql({ größe: "é" });
      }
    });

    const bodies: [string, () => unknown][] = [
      ["in one request", () => "small"],
      ["in parts", () => Buffer.alloc(17 * MiB, 1)],
    ];
    for (const [how, data] of bodies) {
      it(`metadata, tags and headers, ${how}`, async () => {
        const config = {
          contentType: "text/x-test",
          contentTypeType: "str",
          metadata: JSON.stringify({ owner: "Åsa 😀", Plain: "yes", count: 3, spaced: " x " }),
          metadataType: "json",
          tags: JSON.stringify(tags),
          tagsType: "json",
          storageClass,
          storageClassType: "str",
          cacheControl: "max-age=60",
          cacheControlType: "str",
          contentDisposition: 'attachment; filename="a.txt"',
          contentDispositionType: "str",
          contentEncoding: "gzip",
          contentEncodingType: "str",
          ...(kmsKey ? { encryption: "aws:kms", encryptionType: "str", kmsKeyId: kmsKey, kmsKeyIdType: "str" } : {}),
        };
        const path = `kept ${how}`;
        onlyMessage(await write({ path, data: data() }, config));
        const object = await stored(path);
        object.contentType.should.equal("text/x-test");
        object.storageClass.should.equal(storageClass);
        const lost = how === "in parts" && differs("tags-lost-with-parts");
        object.tags.should.eql(lost ? {} : tags);
        object.metadata.should.containEql({ plain: "yes", count: "3" });
        must(object.metadata.owner).should.equal(`=?UTF-8?B?${Buffer.from("Åsa 😀").toString("base64")}?=`);
        const sent = world.s3.requests.find(({ method, query }) => method === "PUT" || "uploads" in query)?.headers;
        must(sent).should.containEql({
          "content-disposition": 'attachment; filename="a.txt"',
          "cache-control": "max-age=60",
          "content-encoding": "gzip",
          "x-amz-storage-class": storageClass,
          ...(kmsKey && {
            "x-amz-server-side-encryption": "aws:kms",
            "x-amz-server-side-encryption-aws-kms-key-id": kmsKey,
          }),
        });
        object.headers.should.containEql({
          "content-disposition": 'attachment; filename="a.txt"',
          "cache-control": "max-age=60",
          "content-encoding": "gzip",
        });
        const read = onlyMessage(await once("read", { format: "buffer" }, { path }, { server: world.s3 }));
        read.s3.metadata.should.eql({ owner: "Åsa 😀", plain: "yes", count: "3", spaced: " x " });
      });
    }

    it("nothing that was not asked for", async () => {
      onlyMessage(await write({ path: "bare", data: "x" }));
      const { headers } = world.s3.requests.find(({ operation }) => operation === "PutObject") as never;
      const names = Object.keys(headers);
      names
        .filter((name) => /tagging|storage-class|encryption|x-amz-meta|cache-control|disposition|acl/.test(name))
        .should.eql([]);
    });

    it("AES256 without a key", async () => {
      const outcome = await write({ path: "aes", data: "x" }, { encryption: "AES256", encryptionType: "str" });
      if (differs("no-encryption")) failure(outcome, "NotImplemented");
      else if (differs("sse-s3-refused")) failure(outcome, "InvalidArgument");
      else {
        onlyMessage(outcome);
        const { encrypted } = await stored("aes");
        encrypted.should.equal(!differs("sse-s3-ignored"));
      }
      const { headers } = world.s3.requests[0] as never as { headers: object };
      headers.should.have.property("x-amz-server-side-encryption", "AES256");
      headers.should.not.have.property("x-amz-server-side-encryption-aws-kms-key-id");
    });

    const wrong: [string, object][] = [
      ["metadata", { metadata: "text" }],
      ["metadata", { metadata: ["a"] }],
      ["metadata", { metadata: { "bad name": "x" } }],
      ["metadata", { metadata: { näme: "x" } }],
      ["metadata", { metadata: { large: "x".repeat(2048) } }],
      ["metadata.deep", { metadata: { deep: { a: 1 } } }],
      ["tags", { tags: Object.fromEntries(Array.from({ length: 11 }, (_, index) => [`t${index}`, "x"])) }],
      ["tags", { tags: { ["n".repeat(129)]: "x" } }],
      ["tags", { tags: { n: "v".repeat(257) } }],
      ["cacheControl", { cacheControl: "a\r\nx-injected: 1" }],
      ["contentDisposition", { contentDisposition: "attachment; filename=é" }],
      ["contentType", { contentType: "text/plain\n" }],
      ["storageClass", { storageClass: 5 }],
    ];
    for (const [name, more] of wrong) {
      it(`no ${JSON.stringify(more).slice(0, 50)}, and sends nothing`, async () => {
        const config: Record<string, string> = {};
        for (const one of Object.keys(more)) Object.assign(config, { [one]: `payload.${one}`, [`${one}Type`]: "msg" });
        const error = failure(await write({ path: "wrong", data: "x", ...more }, config), "InvalidParameter");
        error.message.should.startWith(`${name} `);
        world.s3.requests.should.have.length(0);
      });
    }
  });

  describe("tells", () => {
    it("path, size and etag in the result, and what S3 told in msg.s3", async () => {
      const msg = onlyMessage(await write({ path: "told.txt", data: "hello" }));
      const etag = (await stored("told.txt")).etag.replaceAll('"', "");
      msg.payload.should.eql({ path: "told.txt", size: 5, etag, written: true });
      msg.s3.should.eql({
        operation: "write",
        bucket: world.bucket,
        path: "told.txt",
        size: 5,
        etag,
        requestId: world.s3.requests.at(-1)?.id,
      });
    });

    it("the version in a bucket that keeps them", async () => {
      const msg = onlyMessage(await write({ path: "v", data: "x" }, {}, "versioned"));
      const { versionId } = await stored("v", "versioned");
      msg.payload.versionId.should.equal(versionId);
      msg.s3.versionId.should.equal(versionId);
    });
  });

  describe("refuses before anything is sent", () => {
    for (const [path, code] of [
      [undefined, "MissingParameter"],
      ["", "MissingParameter"],
      [" ", "InvalidParameter"],
      ["\t\n", "InvalidParameter"],
      ["/", "InvalidParameter"],
      [7, "InvalidParameter"],
      [["a"], "InvalidParameter"],
    ] as const) {
      it(`the path ${JSON.stringify(path)}`, async () => {
        failure(await write({ path, data: "x" }), code).message.should.startWith("path ");
        world.s3.requests.should.have.length(0);
      });
    }

    it("a key of more than 1,024 bytes", async () => {
      const longest = Array(5).fill("é".repeat(102)).join("/");
      Buffer.byteLength(longest).should.equal(1024);
      onlyMessage(await write({ path: longest, data: "x" }));
      world.s3.clear();
      for (const path of [`${longest}x`, "é".repeat(513)]) failure(await write({ path, data: "x" }), "KeyTooLongError");
      world.s3.requests.should.have.length(0);
    });

    it("an unknown way to resolve a conflict", async () => {
      failure(
        await write({ path: "x", data: "x" }, { onConflict: "replace", onConflictType: "str" }),
        "InvalidParameter",
      );
      world.s3.requests.should.have.length(0);
    });
  });

  for (const key of paths.filter(takesKey)) {
    it(`takes the path ${JSON.stringify(key)} literally`, async () => {
      onlyMessage(await write({ path: key, data: key })).payload.path.should.equal(key);
      (await stored(key)).body.toString().should.equal(key);
    });
  }

  it("does not change the data in the message", async () => {
    const data = randomBytes(1000);
    const before = Buffer.from(data);
    onlyMessage(await write({ path: "same", data, overwrite: true }));
    data.equals(before).should.be.true();
  });
});
