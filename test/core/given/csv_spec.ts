import "should";
import { randomFrom } from "../../../dev/random";
import { BadCsv, createCsvReader } from "../../../src/core/given/csv";

const rows = (...pieces: string[]): string[][] => {
  const reader = createCsvReader();
  return [...pieces.flatMap((piece) => reader.write(piece)), ...reader.end()];
};

describe("rows of CSV", () => {
  for (const [text, wanted] of [
    ["", []],
    ["a,b\n", [["a", "b"]]],
    ["a,b", [["a", "b"]]],
    [
      "a,b\r\nc,d\r\n",
      [
        ["a", "b"],
        ["c", "d"],
      ],
    ],
    ['"a","b"\n', [["a", "b"]]],
    [
      '"a ""b"" c","d,e"\n"f\ng","h\r\ni"\n',
      [
        ['a "b" c', "d,e"],
        ["f\ng", "h\r\ni"],
      ],
    ],
    [",,\n", [["", "", ""]]],
    ["a,", [["a", ""]]],
    ['""\n', [[""]]],
    ["\n", [[""]]],
    ["é,😀\n", [["é", "😀"]]],
  ] as const) {
    it(`are read from ${JSON.stringify(text)}`, () => {
      rows(text).should.eql(wanted);
      rows(...text).should.eql(wanted);
    });
  }

  for (const [text, what] of [
    ['"a', /ends within a row/],
    ['a,"b""', /ends within a row/],
    ['"a"b,c\n', /"b" stands behind a quote/],
    ['a"b,c\n', /a quote stands within a field/],
    ["a\rb\n", /carriage return/],
    ["a\r", /ends within a row/],
    [`"${"x".repeat(1024 * 1024 + 1)}`, /longer than/],
    [",".repeat(1024 * 1024 + 1), /longer than/],
  ] as const) {
    it(`are refused in ${JSON.stringify(text.slice(0, 10))}`, () => {
      (() => rows(text)).should.throw(what);
      try {
        rows(text);
      } catch (error) {
        (error as Error).should.be.instanceOf(BadCsv);
      }
    });
  }

  it("say how many have ended", () => {
    const reader = createCsvReader();
    reader.write("a\nb\nc");
    reader.count.should.equal(2);
    reader.end();
    reader.count.should.equal(3);
  });

  const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);
  it(`come out as they went in, wherever the text is cut, SEED=${seed}`, () => {
    const random = randomFrom(seed);
    const signs = ["a", '"', ",", "\n", "\r\n", "é", "", " ", "%", "+"];
    const field = () =>
      Array.from({ length: Math.floor(random() * 5) }, () => signs[Math.floor(random() * signs.length)]).join("");
    for (let round = 0; round < 500; round++) {
      const table = Array.from({ length: 1 + Math.floor(random() * 4) }, () => Array.from({ length: 3 }, field));
      const end = random() < 0.5 ? "\n" : "\r\n";
      const plain = /^[^",\r\n]*$/;
      const written = table
        .map(
          (row) =>
            row.map((one) => (plain.test(one) && random() < 0.5 ? one : `"${one.replaceAll('"', '""')}"`)).join(",") +
            end,
        )
        .join("");
      const pieces: string[] = [];
      for (let at = 0; at < written.length; ) {
        const length = 1 + Math.floor(random() * 6);
        pieces.push(written.slice(at, at + length));
        at += length;
      }
      rows(...pieces).should.eql(table, JSON.stringify(written));
    }
  });
});
