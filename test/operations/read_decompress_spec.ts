import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import { brotliCompressSync, gzipSync } from "node:zlib";
import should from "should";
import { deploy, type Message } from "../support/bench";
import { chosenServer } from "../support/chosen-server";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded, ownMemory } from "../support/only-embedded";
import { hasZstd, packers } from "../support/packed";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;
/** More than fits into a chunk of the stream, and where it costs little, than a flow takes at once. */
const lineCount = chosenServer.access ? 2000 : 20_000;

/** As a client writes it that compresses what it writes. */
const encoded = (coding: string) => ({ headers: { "content-encoding": coding } });

describe("read of a compressed object", () => {
  const world = useStore();
  const read = (path: string, config: Record<string, unknown>, connection = {}) =>
    once("read", config, { path }, { server: world.s3, connection });
  const put = (path: string, body: Buffer, options = {}) => world.s3.put("bucket", path, body, options);

  beforeEach(() => {
    world.s3.clear();
  });

  for (const [decompress, coding, extension, pack] of packers) {
    describe(`with ${decompress}`, () => {
      const text = '{"a":[1,"é€"]}';

      it("gives what it holds in the formats that are held in memory", async () => {
        await put("held", pack(Buffer.from(text)));
        const results = [];
        for (const format of ["auto", "string", "json", "buffer"]) {
          const msg = onlyMessage(await read("held", { decompress, format }));
          results.push(Buffer.isBuffer(msg.payload) ? msg.payload.toString() : msg.payload);
        }
        results.should.eql([text, text, JSON.parse(text), text]);
      });

      it("gives it as lines, chunks and a stream", async () => {
        const content = Buffer.from(Array.from({ length: lineCount }, (_, n) => `line ${n}\n`).join(""));
        await put("long", pack(content));
        const lines = await read("long", { decompress, format: "lines" });
        lines.messages
          .map(({ payload }) => `${payload}\n`)
          .join("")
          .should.equal(content.toString());
        must(lines.messages.at(-1)).parts.count.should.equal(lineCount);
        const chunks = await read("long", { decompress, format: "chunks", chunkSize: 10_000 });
        Buffer.concat(chunks.messages.map(({ payload }) => payload))
          .equals(content)
          .should.be.true();
        chunks.messages
          .slice(0, -1)
          .every(({ payload }) => payload.length === 10_000)
          .should.be.true();
        const bench = await deploy("read", { decompress, format: "stream" }, { server: world.s3 });
        const held: Buffer[] = [];
        bench.node.send = ({ payload }: Message) => payload.on("data", (bytes: Buffer) => held.push(bytes));
        const outcome = await bench.send({ payload: { path: "long" } });
        await bench.close();
        outcome.completed.should.be.true();
        Buffer.concat(held).equals(content).should.be.true();
      });

      it("gives nothing for what was nothing", async () => {
        await put("nothing", pack(Buffer.alloc(0)));
        onlyMessage(await read("nothing", { decompress })).payload.should.equal("");
      });

      it("is found by auto, by what the store says and by the name", async () => {
        const packed = pack(Buffer.from("text"));
        await put("told", packed, encoded(coding));
        await put(`named${extension}`, packed);
        await put(`NAMED${extension.toUpperCase()}`, packed);
        for (const path of ["told", `named${extension}`, `NAMED${extension.toUpperCase()}`])
          onlyMessage(await read(path, { decompress: "auto" })).payload.should.equal("text");
      });

      it("tells in msg.s3.size what the store holds", async () => {
        const packed = pack(Buffer.alloc(100_000, "x"));
        await put("size", packed);
        const msg = onlyMessage(await read("size", { decompress }));
        msg.payload.should.have.length(100_000);
        msg.s3.size.should.equal(packed.length);
      });

      it("is left as it is without the setting", async () => {
        const packed = pack(Buffer.from("text"));
        await put(`left${extension}`, packed, encoded(coding));
        for (const config of [{}, { decompress: "none" }])
          packed
            .equals(onlyMessage(await read(`left${extension}`, { format: "buffer", ...config })).payload)
            .should.be.true();
      });

      describe("that is not what it should be", () => {
        const whole = pack(randomBytes(100_000));
        const damaged = Buffer.from(whole);
        damaged.fill(0xff, 40_000, 40_100);
        const cases: [string, Buffer, RegExp][] = [
          ["damaged in the middle", damaged, /decompressed as/],
          ["cut off at its end", whole.subarray(0, -1), /end too early.*Store it again/],
          ["cut off in the middle", whole.subarray(0, 50_000), /end too early/],
          ["cut off after a byte", whole.subarray(0, 1), /end too early|decompressed as/],
          ["empty", Buffer.alloc(0), /end too early|decompressed as/],
          ["something else", Buffer.from("this was never compressed"), /decompressed as/],
        ];
        // Brotli has no checksum, so that damage may go unnoticed where it is no error in itself.
        for (const [name, body, text] of cases.slice(decompress === "brotli" ? 1 : 0)) {
          it(`fails with InvalidResponse when it is ${name}`, async () => {
            await put("bad", body);
            for (const format of ["auto", "chunks"]) {
              const outcome = await read("bad", { decompress, format });
              const error = failure(outcome, "InvalidResponse");
              error.message.should
                .match(text)
                .and.match(/decompress to none/)
                .and.containEql("bad");
              error.retryable.should.be.false();
              outcome.messages.filter(({ parts }) => !parts || "count" in parts).should.have.length(0);
            }
            world.s3.requests.filter(({ operation }) => operation === "GetObject").should.have.length(2);
          });
        }
      });

      it("stops soon after maxBytes, whatever it would become", async () => {
        await put("bomb", pack(Buffer.alloc(200 * MiB)));
        const config = { decompress, maxBytes: String(2 * MiB), maxBytesType: "num" };
        for (const format of ["auto", "lines"]) {
          const bench = await deploy("read", { ...config, format }, { server: world.s3 });
          let most = 0;
          const watch = setInterval(() => {
            most = Math.max(most, process.memoryUsage().arrayBuffers);
          }, 1);
          const before = process.memoryUsage().arrayBuffers;
          const outcome = await bench.send({ payload: { path: "bomb" } });
          clearInterval(watch);
          await bench.close();
          const error = failure(outcome, "ObjectTooLarge");
          (most - before).should.be.below(32 * MiB);
          if (format === "lines") continue;
          error.message.should.match(/when it is decompressed/);
          Number(/has (\d+) bytes/.exec(error.message)?.[1]).should.be.belowOrEqual(2 * MiB + 65_536);
        }
      });

      it("counts what comes out, not what is stored", async () => {
        const content = randomBytes(1000);
        const packed = pack(content);
        packed.length.should.be.above(1000);
        await put("exact", packed);
        const config = { decompress, format: "buffer", maxBytesType: "num" };
        content.equals(onlyMessage(await read("exact", { ...config, maxBytes: "1000" })).payload).should.be.true();
        failure(await read("exact", { ...config, maxBytes: "999" }), "ObjectTooLarge");
      });

      onlyEmbedded(ownMemory, () => {
        it("holds little memory, however much comes out, and waits for its consumer", async () => {
          await put("huge", pack(Buffer.alloc(300 * MiB)));
          const bench = await deploy("read", { decompress, format: "stream" }, { server: world.s3 });
          const arrived = new Promise<Readable>((resolve) => {
            bench.node.send = ({ payload }: Message) => resolve(payload);
          });
          const before = process.memoryUsage().arrayBuffers;
          const sent = bench.send({ payload: { path: "huge" } });
          let size = 0;
          let most = 0;
          for await (const bytes of await arrived) {
            // A consumer that takes its time.
            if (size % (32 * MiB) === 0) await new Promise((resolve) => setTimeout(resolve, 20));
            size += bytes.length;
            most = Math.max(most, process.memoryUsage().arrayBuffers);
          }
          (await sent).completed.should.be.true();
          await bench.close();
          size.should.equal(300 * MiB);
          (most - before).should.be.below(150 * MiB);
        });
      });

      onlyEmbedded(needsFaults, () => {
        it("goes on where the download was cut off, byte by byte too", async () => {
          const content = randomBytes(300_000);
          await put("network", pack(content));
          world.embedded.hook({ operation: "GetObject", times: 2, cut: 100_001 });
          content.equals(onlyMessage(await read("network", { decompress, format: "buffer" })).payload).should.be.true();
          await put("slow", Buffer.concat([pack(Buffer.from("drop by drop"))]));
          world.embedded.hook({ operation: "GetObject", rate: 50 });
          onlyMessage(await read("slow", { decompress })).payload.should.equal("drop by drop");
        });

        for (const stallAfter of [undefined, 70_000]) {
          it(`ends its request at once when its stream is destroyed, ${stallAfter ? "stalled" : "or flowing"}`, async () => {
            await put("large", pack(randomBytes(20 * MiB)));
            if (stallAfter) world.embedded.hook({ operation: "GetObject", stallAfter });
            const bench = await deploy("read", { decompress, format: "stream" }, { server: world.s3 });
            const arrived = new Promise<Readable>((resolve) => {
              bench.node.send = ({ payload }: Message) => resolve(payload);
            });
            const sent = bench.send({ payload: { path: "large" } });
            const stream = await arrived;
            stream.on("data", () => {});
            await new Promise((resolve) => setTimeout(resolve, 50));
            stream.destroy();
            (await sent).completed.should.be.true();
            while (world.embedded.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
            await bench.close();
          });
        }

        it("fails with Aborted on close, and ends its request", async () => {
          await put("large", pack(randomBytes(2 * MiB)));
          world.embedded.hook({ operation: "GetObject", stallAfter: 70_000 });
          const bench = await deploy("read", { decompress, format: "buffer" }, { server: world.s3 });
          const sent = bench.send({ payload: { path: "large" } });
          while (world.embedded.inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 5));
          await new Promise((resolve) => setTimeout(resolve, 50));
          await bench.close();
          (await sent).error.code.should.equal("Aborted");
          while (world.embedded.inFlight > 0) await new Promise((resolve) => setTimeout(resolve, 5));
        });
      });
    });
  }

  describe("of several members", () => {
    const member = (text: string) => gzipSync(Buffer.from(text));
    const cases: [string, Buffer[], string][] = [
      ["of gzip one after the other", [member("one"), member("two"), member("")], "onetwo"],
      ["with zeros behind", [member("one"), Buffer.alloc(600)], "one"],
      ["with anything else behind", [member("one"), member("two"), Buffer.from("not gzip")], "onetwo"],
      ["with a single byte behind", [member("one"), Buffer.from([0x1f])], "one"],
      [
        "with a name, a comment, extra bytes and a checksum of them",
        [
          Buffer.from([0x1f, 0x8b, 8, 4 | 8 | 16 | 2, 0, 0, 0, 0, 0, 3, 2, 0, 65, 66]),
          Buffer.from("name\0comment\0"),
          Buffer.from([0, 0]),
          member("headed").subarray(10),
        ],
        "headed",
      ],
    ];
    for (const [name, parts, text] of cases) {
      it(`gives all of them: ${name}`, async () => {
        await put("members", Buffer.concat(parts));
        onlyMessage(await read("members", { decompress: "gzip" })).payload.should.equal(text);
      });
    }

    const wrong: [string, Buffer[], RegExp][] = [
      ["a second member that is cut off", [member("one"), member("two").subarray(0, 12)], /end too early/],
      [
        "a second member of another method",
        [member("one"), Buffer.from([0x1f, 0x8b, 9, 0, 0, 0, 0, 0, 0, 0, 0])],
        /unknown compression method/,
      ],
      [
        "another checksum",
        [Buffer.concat([member("one").subarray(0, -8), Buffer.alloc(4), member("one").subarray(-4)])],
        /the checksum differs/,
      ],
      ["another length", [Buffer.concat([member("one").subarray(0, -4), Buffer.alloc(4)])], /the length differs/],
    ];
    for (const [name, parts, text] of wrong) {
      it(`fails for ${name}`, async () => {
        await put("members", Buffer.concat(parts));
        failure(await read("members", { decompress: "gzip" }), "InvalidResponse").message.should.match(text);
      });
    }

    it("refuses what stands behind Brotli data", async () => {
      for (const size of [1, 100_000]) {
        await put("behind", Buffer.concat([brotliCompressSync(Buffer.from("text")), Buffer.alloc(size)]));
        const { message } = failure(await read("behind", { decompress: "brotli" }), "InvalidResponse");
        message.should.match(/something else stands behind/);
      }
    });

    if (hasZstd) {
      const frame = (text: string) => must(packers.find(([name]) => name === "zstd"))[3](Buffer.from(text));

      it("gives all frames of Zstandard, those that are to be skipped left out", async () => {
        const skipped = Buffer.from([0x5a, 0x2a, 0x4d, 0x18, 3, 0, 0, 0, 1, 2, 3]);
        await put("frames", Buffer.concat([frame("one"), skipped, frame("two".repeat(100_000)), frame("")]));
        onlyMessage(await read("frames", { decompress: "zstd" })).payload.should.equal(`one${"two".repeat(100_000)}`);
      });

      it("refuses what stands behind them", async () => {
        await put("frames", Buffer.concat([frame("one"), Buffer.from("else")]));
        failure(await read("frames", { decompress: "zstd" }), "InvalidResponse").message.should.match(/something else/);
      });
    } else {
      it("says which Node.js knows zstd, before anything is sent", async () => {
        const error = failure(await read("any", { decompress: "zstd" }), "InvalidParameter");
        error.message.should.match(/decompress zstd needs Node\.js 22\.15/).and.containEql(process.versions.node);
        world.s3.requests.should.have.length(0);
      });

      it("says so too where auto finds it, and ends the request", async () => {
        await put("found.zst", Buffer.alloc(20 * MiB));
        const bench = await deploy("read", { decompress: "auto" }, { server: world.s3 });
        failure(await bench.send({ payload: { path: "found.zst" } }), "InvalidParameter").message.should.match(
          /22\.15/,
        );
        await bench.close();
      });
    }
  });

  describe("by auto", () => {
    const gzip = gzipSync(Buffer.from("text"));
    const cases: [string, string, string | undefined, Buffer][] = [
      ["x-gzip for gzip", "plain", "x-gzip", gzip],
      ["capitals", "plain", "GZIP", gzip],
      ["what a store keeps of a chunked upload", "plain", "aws-chunked,gzip", gzip],
      ["several codings, the last one first", "plain", "br, gzip", gzipSync(brotliCompressSync(Buffer.from("text")))],
      ["what the store says rather than the name", "named.br", "gzip", gzip],
      ["the name where the store says nothing of ours", "named.gz", "utf-8", gzip],
      ["neither", "text.txt", undefined, Buffer.from("text")],
      ["a name that only holds it", "a.gz.txt", "identity", Buffer.from("text")],
    ];
    for (const [name, path, coding, body] of cases) {
      it(`takes ${name}`, async () => {
        await put(path, body, coding === undefined ? {} : encoded(coding));
        onlyMessage(await read(path, { decompress: "auto" })).payload.should.equal("text");
      });
    }
  });

  for (const decompress of ["auto", "gzip"]) {
    it(`is refused together with a range, before anything is sent: ${decompress}`, async () => {
      const error = failure(
        await read("any", { decompress, range: "bytes=0-9", rangeType: "str" }),
        "InvalidParameter",
      );
      error.message.should.match(/^decompress .*range/);
      world.s3.requests.should.have.length(0);
    });
  }

  it("does not mind a range without the setting", async () => {
    const packed = gzipSync(Buffer.from("text"));
    await put("range.gz", packed, encoded("gzip"));
    const config = { range: "bytes=0-1", rangeType: "str", format: "buffer", decompress: "none" };
    should([...onlyMessage(await read("range.gz", config)).payload]).eql([0x1f, 0x8b]);
  });
});
