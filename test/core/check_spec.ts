import "should";
import { check, isMissing } from "../../src/core/check";
import {
  amount,
  choice,
  dictionary,
  flag,
  integer,
  listing,
  requiredData,
  requiredText,
  texts,
} from "../../src/core/parameter";
import { must } from "../support/must";

const more = { label: "", icon: "", text: "" };
const place = "msg.payload.p";
const checked = (declared: Parameters<typeof check>[1], value: unknown) => check("p", declared, { value, place });

describe("check", () => {
  it("missing is undefined, null and the empty text, but of data the empty text is not", () => {
    for (const value of [undefined, null, ""]) isMissing(requiredText(more), value).should.be.true();
    for (const value of [0, false, [], {}, " "]) isMissing(requiredText(more), value).should.be.false();
    isMissing(requiredData(more), "").should.be.false();
    for (const value of [undefined, null]) isMissing(requiredData(more), value).should.be.true();
  });

  it("takes a Date for the milliseconds that it stands for", () => {
    must(checked(amount(more), new Date(1780000000000))).should.equal(1780000000000);
    (() => checked(amount(more), new Date(Number.NaN))).should.throw({ code: "InvalidParameter" });
  });

  for (const [label, declared, good, bad] of [
    ["text", requiredText(more), ["a", " ", "😀"], [1, true, [], {}, new String("a"), Symbol("a"), 1n, "\udc00"]],
    ["texts", texts(more), ["a", ["a", "b"], []], [1, [1], ["a", null], [["a"]], { 0: "a", length: 1 }]],
    [
      "listing",
      listing(more),
      ["a", ["a", "b"], [], [{ path: "a" }, 1]],
      [1, {}, true, { 0: "a", length: 1 }, "\udc00"],
    ],
    ["one of", choice({ a: "", b: "the other" }, "a", more), ["a", "b"], ["c", "A", 1, ["a"]]],
    ["boolean", flag(false, more), [true, false], [1, 0, "yes", "True", " true", [], {}]],
    ["integer", integer(1, { ...more, min: 0 }), [0, 7, 2 ** 53 - 1], [-1, 0.5, 2 ** 53, Number.POSITIVE_INFINITY]],
    ["integer", integer(1, more), [-7], ["", "+5", "-", "--1", "0x10", "1e3", "1.0", " 1", "١", true, null, [1], 1n]],
    [
      "amount",
      amount(more),
      [1, -0.5, "1", "1 MB", " "],
      [true, [], {}, Number.NaN, Number.POSITIVE_INFINITY, "\udc00"],
    ],
    ["object", dictionary(more), [{ a: "b" }, {}], ["a", 1, [], null, Buffer.alloc(1), { a: {} }, { a: null }]],
  ] as const) {
    it(`${label}: takes what it is, and nothing else`, () => {
      for (const value of good) must(checked(declared, value)).should.eql(value);
      for (const value of bad) {
        (() => checked(declared, value)).should.throw({ code: "InvalidParameter", message: /^p/ });
      }
    });
  }

  it('"true", "false" and strings of digits are taken for what they say', () => {
    must(checked(flag(false, more), "true")).should.equal(true);
    must(checked(flag(false, more), "false")).should.equal(false);
    must(checked(integer(1, more), "12")).should.equal(12);
    must(checked(integer(1, more), "-3")).should.equal(-3);
  });

  it("says what is wrong with a number that is too small, where it is a string too", () => {
    const fromOne = integer(1, { ...more, min: 1 });
    (() => checked(fromOne, "-3")).should.throw({ code: "InvalidParameter", message: /an integer from 1 on/ });
  });

  it("values of an object become text, and none of its names is special", () => {
    const value = JSON.parse('{"n":1,"b":true,"__proto__":"x"}');
    const result = checked(dictionary(more), value) as object;
    Object.entries(result).should.eql([
      ["n", "1"],
      ["b", "true"],
      ["__proto__", "x"],
    ]);
  });
});
