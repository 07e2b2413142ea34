import "should";
import { createHash, randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { deploy } from "../support/bench";
import { differs } from "../support/differs";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;
const sha = (bytes: Uint8Array) => createHash("sha256").update(bytes).digest("hex");

/** Bytes that differ everywhere, without a long wait for randomness. */
const bytes = (size: number): Buffer => {
  const block = randomBytes(65_521);
  const whole = Buffer.alloc(size, block);
  for (let at = 0; at < size; at += MiB) if (at + 4 <= size) whole.writeUInt32BE(at, at);
  return whole;
};

async function* cut(whole: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < whole.length; at += size) yield whole.subarray(at, at + size);
}

describe("write in parts", () => {
  const world = useStore();
  const write = (payload: object, connection = {}) =>
    once("write", {}, { overwrite: true, ...payload }, { server: world.s3, connection });
  const sent = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);
  const stored = async (path: string) =>
    (await world.s3.get("bucket", path)) as { body: Buffer; size: number; etag: string };
  const until = async (what: () => boolean) => {
    while (!what()) await new Promise((resolve) => setTimeout(resolve, 5));
  };

  beforeEach(() => {
    world.s3.clear();
  });

  it("sends a Buffer of 40 MiB in parts, and the same bytes arrive", async () => {
    const data = bytes(40 * MiB);
    const msg = onlyMessage(await write({ path: "large", data }));
    sha((await stored("large")).body).should.equal(sha(data));
    sent("UploadPart").should.have.length(5);
    msg.payload.should.eql({
      path: "large",
      size: 40 * MiB,
      etag: (await stored("large")).etag.replaceAll('"', ""),
      written: true,
    });
    sent("CompleteMultipartUpload").should.have.length(1);
    // The request that proved the write: where the answer has no ETag, the look after it.
    const proof = differs("complete-without-etag-at-first") ? "HeadObject" : "CompleteMultipartUpload";
    msg.s3.requestId.should.equal(sent(proof).at(-1)?.id);
  });

  for (const size of [0, 1, 8 * MiB - 1, 8 * MiB, 8 * MiB + 1, 16 * MiB, 16 * MiB + 1, 20 * MiB]) {
    for (const piece of size % (8 * MiB) ? [65_536] : [65_536, 3 * MiB]) {
      it(`streams ${size} bytes of unknown length, ${piece} at a time`, async () => {
        const whole = bytes(size);
        const msg = onlyMessage(await write({ path: "stream", data: Readable.from(cut(whole, piece)) }));
        msg.payload.size.should.equal(size);
        (await stored("stream")).size.should.equal(size);
        sha((await stored("stream")).body).should.equal(sha(whole));
      });
    }
  }

  it("keeps what a producer gave, who uses its buffer again", async () => {
    const whole = bytes(20 * MiB);
    const reused = async function* () {
      const buffer = Buffer.alloc(MiB);
      for (let at = 0; at < whole.length; at += MiB) {
        whole.copy(buffer, 0, at);
        yield buffer;
      }
    };
    onlyMessage(await write({ path: "reused", data: reused() }));
    sha((await stored("reused")).body).should.equal(sha(whole));
  });

  describe("repeats a part of a stream", () => {
    const faults = {
      "that met a 503": { error: "SlowDown" },
      "that met a 500": { error: "InternalError" },
      "whose connection was reset half-way": { resetAfter: 2 * MiB },
      "whose answer was lost": { drop: true },
      "whose answer was a page of HTML": { body: "<html></html>", headers: { etag: undefined } },
    };
    onlyEmbedded(needsFaults, () => {
      for (const [name, fault] of Object.entries(faults)) {
        it(name, async () => {
          const whole = bytes(20 * MiB);
          world.embedded.hook({ operation: "UploadPart", times: 2, ...fault });
          onlyMessage(await write({ path: "repeated", data: Readable.from(cut(whole, 100_000)) }));
          sha((await stored("repeated")).body).should.equal(sha(whole));
          sent("UploadPart").should.have.length(5);
        });
      }
    });

    onlyEmbedded(needsFaults, () => {
      it("also where the whole of it is one small request", async () => {
        world.embedded.hook({ operation: "PutObject", times: 1, error: "SlowDown" });
        world.embedded.hook({ operation: "PutObject", skip: 1, times: 1, reset: true });
        onlyMessage(await write({ path: "small", data: Readable.from([Buffer.from("a"), Buffer.from("b")]) }));
        (await stored("small")).body.toString().should.equal("ab");
      });
    });
  });

  describe("believes only a complete answer", () => {
    const data = () => Buffer.alloc(17 * MiB, "c");

    onlyEmbedded(needsFaults, () => {
      it("not a Complete that is 200 with an error in it", async () => {
        const error = { code: "InternalError", status: 200 };
        world.embedded.hook({ operation: "CompleteMultipartUpload", times: 1, error });
        onlyMessage(await write({ path: "inside", data: data() }));
        (await stored("inside")).size.should.equal(17 * MiB);
        sent("CompleteMultipartUpload").should.have.length(2);
        world.embedded.hook({ operation: "CompleteMultipartUpload", error });
        const outcome = await write({ path: "inside failed", data: data() }, { maxAttempts: 2 });
        failure(outcome, "InternalError");
        (await world.s3.uploads("bucket")).should.have.length(0);
      });

      for (const [name, body] of [
        ["empty", ""],
        ["HTML", "<html><body>Log in</body></html>"],
        ["of another root element", "<ListBucketResult><ETag>x</ETag></ListBucketResult>"],
        ["cut off", "<CompleteMultipartUploadResult><ETag>x</ETag>"],
        ["without an ETag", "<CompleteMultipartUploadResult><Key>k</Key></CompleteMultipartUploadResult>"],
      ] as const) {
        it(`not a Complete whose body is ${name}`, async () => {
          world.embedded.hook({
            operation: "CompleteMultipartUpload",
            handle: false,
            error: "InternalError",
            status: 200,
            body,
          });
          failure(await write({ path: `proof ${name}`, data: data() }, { maxAttempts: 2 }), "InvalidResponse");
          (await world.s3.uploads("bucket")).should.have.length(0);
        });
      }
    });

    onlyEmbedded(needsFaults, () => {
      it("not a Put without an ETag", async () => {
        world.embedded.hook({ operation: "PutObject", headers: { etag: undefined } });
        failure(await write({ path: "p", data: "x" }, { maxAttempts: 2 }), "InvalidResponse");
        sent("PutObject").should.have.length(2);
      });

      it("not a Create without an id", async () => {
        const answer = { handle: false, error: "InternalError", status: 200, body: "<InitiateMultipartUploadResult/>" };
        world.embedded.hook({ operation: "CreateMultipartUpload", ...answer });
        failure(await write({ path: "c", data: data() }, { maxAttempts: 1 }), "InvalidResponse");
      });
    });
  });

  onlyEmbedded(needsFaults, () => {
    it("succeeds when the answer to the Complete was lost, with overwrite", async () => {
      const data = bytes(17 * MiB);
      world.embedded.hook({ operation: "CompleteMultipartUpload", times: 1, drop: true });
      const msg = onlyMessage(await write({ path: "lost", data }));
      msg.payload.etag.should.equal((await stored("lost")).etag.replaceAll('"', ""));
      sha((await stored("lost")).body).should.equal(sha(data));
    });

    /** As Ceph 18.2 answers to a Complete that it has carried out before. */
    const untold = {
      operation: "CompleteMultipartUpload",
      status: 200,
      body: "<CompleteMultipartUploadResult><ETag></ETag></CompleteMultipartUploadResult>",
    };

    for (const overwrite of [true, false]) {
      const name = `${overwrite ? "with" : "without"} overwrite`;
      it(`looks what is there when the answer to a repeated Complete has no ETag, ${name}`, async () => {
        const data = bytes(17 * MiB);
        world.embedded.hook({ operation: "CompleteMultipartUpload", times: 1, drop: true });
        world.embedded.hook({ skip: 1, ...untold });
        const path = `untold ${overwrite}`;
        const msg = onlyMessage(await write({ path, data, overwrite }));
        msg.payload.written.should.be.true();
        msg.payload.etag.should.equal((await stored(path)).etag.replaceAll('"', ""));
        sent("CompleteMultipartUpload").should.have.length(2);
      });

      it(`fails when that object is not its own, ${name}`, async () => {
        world.embedded.hook({ handle: false, ...untold });
        const path = `not done ${overwrite}`;
        failure(await write({ path, data: bytes(17 * MiB), overwrite }), "InvalidResponse");
        (await world.s3.keys("bucket", path)).should.eql([]);
      });
    }
  });

  describe("leaves neither object nor upload", () => {
    const nothing = async (path: string) => {
      (await world.s3.keys("bucket", path)).should.have.length(0);
      (await world.s3.uploads("bucket")).should.have.length(0);
    };

    for (const size of [0, 1000, 20 * MiB]) {
      it(`when the source fails after ${size} bytes`, async () => {
        const failing = async function* () {
          if (size > 0) yield Buffer.alloc(size);
          throw new Error("the sensor went away");
        };
        const outcome = await write({ path: "failing", data: Readable.from(failing()) });
        outcome.error.message.should.match(/the sensor went away/);
        outcome.dones.should.equal(1);
        await nothing("failing");
      });
    }

    it("when the source is destroyed in the middle", async () => {
      const source = new Readable({ read() {} });
      source.push(Buffer.alloc(20 * MiB));
      setTimeout(() => source.destroy(), 100);
      const outcome = await write({ path: "destroyed", data: source });
      outcome.error.should.be.an.Error();
      await nothing("destroyed");
    });

    onlyEmbedded(needsFaults, () => {
      it("when a part cannot be written, and the source is let go", async () => {
        world.embedded.hook({ operation: "UploadPart", error: "AccessDenied" });
        const source = Readable.from(cut(bytes(60 * MiB), MiB));
        failure(await write({ path: "denied", data: source }), "AccessDenied");
        source.destroyed.should.be.true();
        await nothing("denied");
      });

      it("when a part cannot be written while the source says nothing", async () => {
        world.embedded.hook({ operation: "UploadPart", error: "AccessDenied" });
        const source = new Readable({ read() {} });
        source.push(Buffer.alloc(20 * MiB));
        failure(await write({ path: "denied", data: source }), "AccessDenied");
        source.destroyed.should.be.true();
        await nothing("denied");
      });

      it("when the Complete is refused", async () => {
        world.embedded.hook({ operation: "CompleteMultipartUpload", error: "AccessDenied" });
        failure(await write({ path: "refused", data: bytes(20 * MiB) }), "AccessDenied");
        await nothing("refused");
      });

      it("when the node is closed in the middle of a part", async () => {
        const bench = await deploy("write", {}, { server: world.s3 });
        world.embedded.hook({ operation: "UploadPart", stall: true });
        const sending = bench.send({ payload: { path: "closed", data: bytes(20 * MiB) } });
        await until(() => sent("UploadPart").length === 3);
        const before = world.s3.requests.length;
        await bench.close();
        const after = world.s3.requests.length;
        await nothing("closed");
        const outcome = await sending;
        outcome.error.code.should.equal("Aborted");
        outcome.dones.should.equal(1);
        world.s3.requests
          .slice(before)
          .filter(({ operation }) => operation !== "AbortMultipartUpload")
          .should.have.length(0);
        await new Promise((resolve) => setTimeout(resolve, 300));
        world.s3.requests.length.should.equal(after);
      });
    });

    it("when it is closed while the source says nothing, which is destroyed", async () => {
      const bench = await deploy("write", {}, { server: world.s3 });
      const source = new Readable({ read() {} });
      source.push(Buffer.alloc(20 * MiB));
      const sending = bench.send({ payload: { path: "silent", data: source } });
      await until(() => sent("UploadPart").some(({ status }) => status === 200));
      await bench.close();
      await nothing("silent");
      (await sending).error.code.should.equal("Aborted");
      source.destroyed.should.be.true();
    });

    onlyEmbedded(needsFaults, () => {
      it("when it is closed before the answer to the Create", async () => {
        const bench = await deploy("write", {}, { server: world.s3 });
        world.embedded.hook({ operation: "CreateMultipartUpload", delayAfter: 300 });
        const sending = bench.send({ payload: { path: "creating", data: bytes(20 * MiB) } });
        await until(() => world.embedded.uploads(world.bucket).length > 0);
        await bench.close();
        await nothing("creating");
        (await sending).error.code.should.equal("Aborted");
        sent("UploadPart").should.have.length(0);
      });
    });
  });

  onlyEmbedded(needsFaults, () => {
    it("holds some parts of a long stream in memory, not all of it", async () => {
      const size = 160 * MiB;
      const block = Buffer.alloc(MiB, 7);
      let produced = 0;
      let most = 0;
      const producer = async function* () {
        for (; produced < size; produced += MiB) {
          const done = sent("UploadPart").filter(({ status }) => status === 200).length * 8 * MiB;
          most = Math.max(most, produced - done);
          yield block;
        }
      };
      world.embedded.hook(({ operation }) => {
        return operation === "UploadPart" ? { delay: 5 } : undefined;
      });
      onlyMessage(await write({ path: "long", data: Readable.from(producer()) }));
      most.should.be.below(64 * MiB);
      (await stored("long")).size.should.equal(size);
    });
  });
});
