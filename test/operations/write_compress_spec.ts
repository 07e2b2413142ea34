import "should";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import * as zlib from "node:zlib";
import { deploy, type Message } from "../support/bench";
import { lookingFirst } from "../support/looking-first";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded, ownMemory } from "../support/only-embedded";
import { hasZstd } from "../support/packed";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

const { zstdDecompressSync } = zlib as unknown as { zstdDecompressSync: (bytes: Buffer) => Buffer };

type Packing = [name: string, coding: string, extension: string, type: string, unpack: (bytes: Buffer) => Buffer];

const packings: Packing[] = [
  ["gzip", "gzip", ".gz", "application/gzip", zlib.gunzipSync],
  ["brotli", "br", ".br", "application/octet-stream", zlib.brotliDecompressSync],
  ...(hasZstd ? [["zstd", "zstd", ".zst", "application/zstd", zstdDecompressSync] as Packing] : []),
];

describe("write with compress", () => {
  const world = useStore();
  const write = (compress: string, payload: object, config: Record<string, unknown> = {}, connection = {}) =>
    once("write", { compress, compressType: "str", ...config }, payload, { server: world.s3, connection });
  const stored = async (path: string) => must(await world.s3.get("bucket", path));
  const read = async (path: string) =>
    onlyMessage(await once("read", { decompress: "auto", format: "buffer" }, { path }, { server: world.s3 })).payload;
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);

  beforeEach(() => {
    world.s3.clear();
  });

  for (const [compress, coding, extension, type, unpack] of packings) {
    describe(compress, () => {
      const data: [string, () => unknown, string, string][] = [
        ["a Buffer", () => Buffer.from("bytes".repeat(1000)), "bytes".repeat(1000), "application/octet-stream"],
        ["text", () => "aé€😀\n", "aé€😀\n", "text/plain"],
        ["empty text", () => "", "", "text/plain"],
        ["JSON", () => ({ a: [1, "é"] }), '{"a":[1,"é"]}', "application/json"],
        ["a stream", () => Readable.from(["a", "é", Buffer.from("b")]), "aéb", "application/octet-stream"],
      ];
      for (const [name, make, text, kind] of data) {
        it(`takes ${name}, and tells how it is to be unpacked`, async () => {
          const msg = onlyMessage(await write(compress, { path: "kind", data: make(), overwrite: true }));
          const object = await stored("kind");
          unpack(object.body).toString().should.equal(text);
          must(object.headers["content-encoding"]).should.equal(coding);
          object.contentType.should.equal(kind);
          msg.payload.size.should.equal(object.body.length);
          msg.s3.size.should.equal(object.body.length);
          msg.payload.etag.should.equal(object.etag.replaceAll('"', ""));
          (await read("kind")).toString().should.equal(text);
        });
      }

      it("keeps the type that the path's extension or the author says", async () => {
        onlyMessage(await write(compress, { path: "report.csv", data: "a,b", overwrite: true }));
        (await stored("report.csv")).contentType.should.equal("text/csv");
        const own = { contentType: "text/x-own", contentTypeType: "str" };
        onlyMessage(await write(compress, { path: "report.csv", data: "a,b", overwrite: true }, own));
        (await stored("report.csv")).contentType.should.equal("text/x-own");
      });

      it("makes a compressed file, and no encoding, of a path with its extension", async () => {
        for (const path of [`report.json${extension}`, `REPORT.JSON${extension.toUpperCase()}`]) {
          onlyMessage(await write(compress, { path, data: { a: 1 }, overwrite: true }));
          const object = await stored(path);
          unpack(object.body).toString().should.equal('{"a":1}');
          object.headers.should.not.have.property("content-encoding");
          object.contentType.should.equal(type);
          (await read(path)).toString().should.equal('{"a":1}');
        }
        const own = { contentType: "text/x-own", contentTypeType: "str" };
        onlyMessage(await write(compress, { path: `own${extension}`, data: "a", overwrite: true }, own));
        (await stored(`own${extension}`)).contentType.should.equal("text/x-own");
      });

      onlyEmbedded(ownMemory, () => {
        it("sends large data in parts, in little memory", async () => {
          const hash = createHash("sha1");
          const blocks = function* () {
            for (let n = 0; n < 100; n++) {
              const block = randomBytes(MiB);
              hash.update(block);
              yield block;
            }
          };
          let most = 0;
          const before = process.memoryUsage().arrayBuffers;
          const watch = setInterval(() => {
            most = Math.max(most, process.memoryUsage().arrayBuffers - before);
          }, 5);
          const body = Readable.from(blocks(), { objectMode: false });
          const msg = onlyMessage(await write(compress, { path: "large", data: body, overwrite: true }));
          clearInterval(watch);
          const object = await stored("large");
          msg.payload.size.should.equal(object.size);
          createHash("sha1").update(unpack(object.body)).digest("hex").should.equal(hash.digest("hex"));
          sent("UploadPart").length.should.be.above(2);
          must(object.headers["content-encoding"]).should.equal(coding);
          // What the store keeps is in this process too.
          most.should.be.below(object.size + 120 * MiB);
        });
      });

      it("compresses large data that are at hand, too", async () => {
        const bytes = Buffer.alloc(40 * MiB, "some text that repeats itself ");
        onlyMessage(await write(compress, { path: "hand", data: bytes, overwrite: true }));
        unpack((await stored("hand")).body)
          .equals(bytes)
          .should.be.true();
        sent("PutObject").should.have.length(1);
      });

      it("gives the same bytes for the same data", async () => {
        const text = randomBytes(300_000).toString("hex");
        const etags = [];
        for (const path of ["same1", "same2"])
          etags.push(onlyMessage(await write(compress, { path, data: text, overwrite: true })).payload.etag);
        etags[0].should.equal(etags[1]);
      });
    });
  }

  it("leaves the data as they are with none, and without the parameter", async () => {
    for (const config of [{}, { compress: "none", compressType: "str" }]) {
      onlyMessage(await once("write", config, { path: "a.json.gz", data: "x", overwrite: true }, { server: world.s3 }));
      (await stored("a.json.gz")).body.toString().should.equal("x");
      (await stored("a.json.gz")).headers.should.not.have.property("content-encoding");
    }
  });

  it("tells no time in a gzip header", async () => {
    onlyMessage(await write("gzip", { path: "time", data: "x", overwrite: true }));
    (await stored("time")).body.readUInt32LE(4).should.equal(0);
  });

  it("can be chosen by the message", async () => {
    const config = { compress: "payload.how", compressType: "msg" };
    onlyMessage(await once("write", config, { path: "msg", data: "x", how: "gzip" }, { server: world.s3 }));
    zlib
      .gunzipSync((await stored("msg")).body)
      .toString()
      .should.equal("x");
    const outcome = await once("write", config, { path: "msg2", data: "x", how: "rar" }, { server: world.s3 });
    failure(outcome, "InvalidParameter").message.should.match(/compress/);
  });

  describe("that contradicts itself is refused before anything is sent:", () => {
    const encoding = { contentEncoding: "gzip", contentEncodingType: "str" };
    const cases: [string, string, string, object, RegExp][] = [
      [
        "data that are compressed already",
        "gzip",
        "a.json",
        encoding,
        /^contentEncoding .*leave it empty, or set compress to none/,
      ],
      ["the extension of another compression", "brotli", "a.json.gz", {}, /^compress is brotli.*ends with \.gz.*\.br/],
      ["the same the other way round", "gzip", "a.br", {}, /^compress is gzip.*ends with \.br/],
      ...(hasZstd
        ? []
        : [["zstd with an old Node.js", "zstd", "a", {}, /^compress zstd needs Node\.js 22\.15/] as never]),
    ];
    for (const [name, compress, path, config, text] of cases) {
      it(name, async () => {
        failure(await write(compress, { path, data: "x" }, config as never), "InvalidParameter").message.should.match(
          text,
        );
        world.s3.requests.should.have.length(0);
      });
    }

    it("an entry for a folder, by its own path", async () => {
      const outcome = await write("brotli", { path: "many/", data: [{ path: "a.gz", data: "x" }] });
      failure(outcome, "InvalidParameter").message.should.match(/^data\[0\]: compress is brotli/);
      world.s3.requests.should.have.length(0);
    });
  });

  it("writes each of an array by its own path", async () => {
    const data = [
      { path: "a.json", data: { a: 1 } },
      { path: "b.csv.gz", data: "a,b" },
    ];
    const msg = onlyMessage(await write("gzip", { path: "many/", data, overwrite: true }));
    const [json, csv] = [await stored("many/a.json"), await stored("many/b.csv.gz")];
    [json.contentType, json.headers["content-encoding"]].should.eql(["application/json", "gzip"]);
    [csv.contentType, csv.headers["content-encoding"]].should.eql(["application/gzip", undefined]);
    for (const object of [json, csv]) zlib.gunzipSync(object.body).length.should.be.above(0);
    msg.payload.map(({ size }: Message) => size).should.eql([json.size, csv.size]);
  });

  it("joins a sequence into one compressed object", async () => {
    const config = { compress: "gzip", compressType: "str", sequence: true };
    const bench = await deploy("write", config, { server: world.s3 });
    const outcomes = await Promise.all(
      ["a", "b", "c"].map((data, index) =>
        bench.send({
          payload: { path: "joined.txt", data, overwrite: true },
          parts: { id: "one", index, ch: "\n", ...(index === 2 ? { count: 3 } : {}) },
        }),
      ),
    );
    await bench.close();
    must(outcomes[2]).messages.should.have.length(1);
    const object = await stored("joined.txt");
    zlib.gunzipSync(object.body).toString().should.equal("a\nb\nc");
    object.contentType.should.equal("text/plain");
  });

  describe("in conflict with what exists", () => {
    const conflict = (onConflict: string) => ({ onConflict, onConflictType: "str" });

    it("fails, skips or renames, as without", async () => {
      for (const [path, make] of [
        ["small.txt", () => "text"],
        ["large.txt", () => randomBytes(20 * MiB)],
        ["stream.txt", () => Readable.from(["text"])],
      ] as const) {
        await world.s3.put("bucket", path, "old");
        failure(await write("gzip", { path, data: make() }), "ObjectExists");
        const skipped = onlyMessage(await write("gzip", { path, data: make() }, conflict("skip")));
        skipped.payload.should.containEql({ path, written: false, size: 3 });
        const renamed = onlyMessage(await write("gzip", { path, data: make() }, conflict("rename")));
        renamed.payload.path.should.equal(path.replace(".", " (1)."));
        zlib.gunzipSync((await stored(renamed.payload.path)).body).length.should.be.above(3);
        (await stored(path)).body.toString().should.equal("old");
      }
    });

    onlyEmbedded(needsFaults, () => {
      it("compresses what is at hand again, for another name", async () => {
        await world.s3.put("bucket", "raced.txt", "old");
        // Another program takes the free name after it was found.
        world.embedded.hook(({ operation, key }) => {
          if (operation === "PutObject" && key === "raced (1).txt" && !world.embedded.keys(world.bucket, key).length)
            world.embedded.put(world.bucket, key, "rival");
          return undefined;
        });
        const msg = onlyMessage(await write("gzip", { path: "raced.txt", data: "text" }, conflict("rename")));
        msg.payload.path.should.equal("raced (2).txt");
        zlib
          .gunzipSync((await stored("raced (2).txt")).body)
          .toString()
          .should.equal("text");
      });

      it("sends the same bytes again after a failure", async () => {
        world.embedded.hook({ operation: "PutObject", times: 1, error: "SlowDown" });
        onlyMessage(await write("gzip", { path: "again", data: "text" }));
        sent("PutObject").should.have.length(2);
        zlib
          .gunzipSync((await stored("again")).body)
          .toString()
          .should.equal("text");
      });
    });

    it("goes with If ETag is", async () => {
      const { etag } = await world.s3.put("bucket", "matched", "old");
      const match = (ifMatch: string) => ({ ifMatch, ifMatchType: "str" });
      const send = (ifMatch: string) => write("gzip", { path: "matched", data: "new" }, match(ifMatch), lookingFirst);
      failure(await send("0".repeat(32)), "ObjectChanged");
      onlyMessage(await send(etag));
      zlib
        .gunzipSync((await stored("matched")).body)
        .toString()
        .should.equal("new");
    });
  });

  it("writes nothing when its stream breaks off, and destroys the stream when the store refuses", async () => {
    const broken = Readable.from(
      (function* () {
        yield randomBytes(30 * MiB);
        throw new Error("the disk is gone");
      })(),
      { objectMode: false },
    );
    failure(await write("gzip", { path: "broken", data: broken }), "InvalidParameter").message.should.match(
      /the disk is gone/,
    );
    (await world.s3.keys("bucket", "broken")).should.have.length(0);
    (await world.s3.uploads("bucket")).should.have.length(0);
    await world.s3.put("bucket", "taken", "old");
    const endless = Readable.from(
      (function* () {
        for (;;) yield randomBytes(MiB);
      })(),
      { objectMode: false },
    );
    failure(await write("gzip", { path: "taken", data: endless }), "ObjectExists");
    endless.destroyed.should.be.true();
  });

  it("is aborted on close, and leaves no upload", async () => {
    const silent = new Readable({ read() {} });
    silent.push(randomBytes(30 * MiB));
    const bench = await deploy("write", { compress: "gzip", compressType: "str" }, { server: world.s3 });
    const done = bench.send({ payload: { path: "closed", data: silent } });
    while (sent("UploadPart").length === 0) await new Promise((resolve) => setTimeout(resolve, 5));
    await bench.close();
    (await done).error.code.should.equal("Aborted");
    (await world.s3.uploads("bucket")).should.have.length(0);
    silent.destroyed.should.be.true();
  });
});
