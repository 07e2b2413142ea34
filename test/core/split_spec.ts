import "should";
import { chunks, collect, lines } from "../../src/core/split";

async function* pieces(whole: Buffer, ...cuts: number[]): AsyncGenerator<Buffer> {
  const borders = [0, ...cuts, whole.length];
  for (let index = 1; index < borders.length; index++) yield whole.subarray(borders[index - 1], borders[index]);
}

const all = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
};

describe("lines and chunks of a body", () => {
  const text = "aé€😀\r\n\r\r\n\nß\rx\r\n日本\r";
  const expected = ["aé€😀", "\r", "", "ß\rx", "日本\r"];

  for (const encoding of ["utf8", "utf-16le", "utf-16be"]) {
    it(`gives the same lines wherever the network cuts, in ${encoding}`, async () => {
      const bytes = encoding === "utf8" ? Buffer.from(text) : Buffer.from(text, "utf16le");
      if (encoding === "utf-16be") bytes.swap16();
      for (let first = 0; first <= bytes.length; first++) {
        for (let second = first; second <= bytes.length; second += 3) {
          (await all(lines(pieces(bytes, first, second), encoding, 100))).should.eql(expected);
        }
      }
      const single = Array.from({ length: bytes.length - 1 }, (_, index) => index + 1);
      (await all(lines(pieces(bytes, ...single), encoding, 100))).should.eql(expected);
    });
  }

  it("keeps bytes that are no character as one replacement, not as a lost line", async () => {
    (await all(lines(pieces(Buffer.from([0x61, 0xe2, 0x82])), "utf8", 100))).should.eql(["a\ufffd"]);
    (await all(lines(pieces(Buffer.from([0xff, 0x0a, 0x62])), "utf8", 100))).should.eql(["\ufffd", "b"]);
  });

  it("measures one line, not the whole", async () => {
    const body = Buffer.from("12345\n".repeat(100));
    (await all(lines(pieces(body, 50, 51), "utf8", 5))).should.have.length(100);
    await all(lines(pieces(body, 3), "utf8", 4)).should.be.rejectedWith({ code: "ObjectTooLarge" });
  });

  it("refuses a line that is too long whether it comes in one piece or in several", async () => {
    const body = Buffer.from("short\nmuch too long\nshort\n");
    for (const cuts of [[], [10], [8, 12, 15], [20]]) {
      await all(lines(pieces(body, ...cuts), "utf8", 8)).should.be.rejectedWith({ code: "ObjectTooLarge" });
    }
  });

  it("gives chunks of the same sizes wherever the network cuts", async () => {
    const body = Buffer.from(Array.from({ length: 23 }, (_, index) => index));
    for (let first = 0; first <= body.length; first++) {
      for (let second = first; second <= body.length; second++) {
        const found = await all(chunks(pieces(body, first, second), 5));
        found.map(({ length }) => length).should.eql([5, 5, 5, 5, 3]);
        Buffer.concat(found).equals(body).should.be.true();
      }
    }
  });

  it("gives chunks that share no memory with one another", async () => {
    const found = await all(chunks(pieces(Buffer.from("aabbcc")), 2));
    found[0]?.fill("x");
    found.map(String).should.eql(["xx", "bb", "cc"]);
  });
});

describe("all of a body in memory", () => {
  const MiB = 1024 * 1024;
  const refuse = (size: number) => new Error(`${size} is too long`);
  const whole = Buffer.alloc(3 * MiB, "0123456");

  for (const size of [undefined, whole.length, whole.length + 5, whole.length - 5]) {
    it(`is the same where ${size} bytes were announced`, async () => {
      const body = pieces(whole, 1, MiB, 2 * MiB + 7);
      const outcome = collect(body, 4 * MiB, refuse, size);
      whole.equals(await outcome).should.be.true();
    });
  }

  it("is refused where it is longer than the limit", async () => {
    for (const size of [undefined, 2 * MiB]) {
      await collect(pieces(whole, MiB), 2 * MiB, refuse, size).should.be.rejectedWith(/3145728 is too long/);
    }
  });
});
