import "should";
import { decodeMetadata, encodeMetadata, encodeTags } from "../../src/core/metadata";

describe("metadata and tags", () => {
  for (const value of ["plain", "", "Åsa 😀", "=", "a=?b?=", "\n", "tab\there", " ", " a ", "=?UTF-8?B?YQ==?="]) {
    it(`carry ${JSON.stringify(value)} there and back, in ASCII`, () => {
      const encoded = encodeMetadata({ name: value });
      // What HTTP keeps: no outer spaces.
      String(encoded.name).should.match(/^([\x21-\x7e]([\x20-\x7e]*[\x21-\x7e])?)?$/);
      decodeMetadata(encoded).should.eql({ name: value });
    });
  }

  it("reads both ways in which S3 shows other characters, and leaves the rest alone", () => {
    decodeMetadata({
      b: "=?UTF-8?B?w4VzYQ==?=",
      q: "=?UTF-8?Q?=C3=85sa_x?=",
      other: "=?ISO-8859-1?Q?=C5sa?=",
      none: "=?UTF-8?B?",
    }).should.eql({ b: "Åsa", q: "Åsa x", other: "=?ISO-8859-1?Q?=C5sa?=", none: "=?UTF-8?B?" });
  });

  it("reads UTF-8 in the header itself, as stores other than S3 keep it, and leaves Latin-1 alone", () => {
    // As node:http hands on a header: a character for each byte.
    const raw = (text: string) => Buffer.from(text, "utf8").toString("latin1");
    decodeMetadata({
      raw: raw("Zoë, 日本 😀"),
      mixed: `=?UTF-8?B?w4VzYQ==?= ${raw("ë")}`,
      latin1: "Zo\u00eb",
      cut: raw("Zoë").slice(0, -1),
      read: "日本",
    }).should.eql({
      raw: "Zoë, 日本 😀",
      mixed: "=?UTF-8?B?w4VzYQ==?= ë",
      latin1: "Zoë",
      cut: "Zo\u00c3",
      read: "日本",
    });
  });

  it("does not take a name of JavaScript for one of its own", () => {
    const odd = JSON.parse('{"__proto__":"x","constructor":"y"}');
    Object.entries(encodeMetadata(odd)).should.eql([
      ["__proto__", "x"],
      ["constructor", "y"],
    ]);
  });

  it("refuses names that differ only in case: headers do not tell them apart, and one would be lost", () => {
    (() => encodeMetadata({ Name: "a", name: "b" })).should.throw({
      code: "InvalidParameter",
      message: /^metadata .*"Name".*"name"/,
    });
    Object.keys(encodeMetadata({ Name: "a", other: "b" })).should.eql(["Name", "other"]);
  });

  it("takes 2 KB in all, as S3 does", () => {
    Object.keys(encodeMetadata({ n: "x".repeat(2047) })).should.eql(["n"]);
    (() => encodeMetadata({ n: "x".repeat(2048) })).should.throw({ code: "InvalidParameter" });
  });

  it("writes tags so that they can be taken apart again", () => {
    const tags = { "a b": "c+d", é: "/@", n: "" };
    Object.fromEntries(new URLSearchParams((encodeTags(tags) as string).replaceAll("+", "%2B"))).should.eql(tags);
    (encodeTags({}) === undefined).should.be.true();
  });
});
