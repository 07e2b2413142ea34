import "should";
import { compare } from "./compare";

const sample = (at: number, memory: number, more: object = {}) => ({
  at,
  memory,
  handles: 5,
  sockets: 0,
  listeners: 40,
  ...more,
});
const samples = (memory: (at: number) => number, more: (at: number) => object = () => ({})) =>
  Array.from({ length: 30 }, (_, n) => sample(n * 20, memory(n * 20), more(n * 20)));
const broken = (list: ReturnType<typeof samples>) =>
  compare(list)
    .filter(({ held }) => !held)
    .map(({ name }) => name);

describe("the comparison of the soak", () => {
  it("takes what stays for no leak, whatever the first minute and a single sample show", () => {
    broken(samples((at) => (at < 60 ? 10 : 100))).should.eql([]);
    broken(samples((at) => (at === 580 ? 200 : 100))).should.eql([]);
    broken(samples((at) => 100 + at / 200)).should.eql([]);
  });

  it("finds what grows", () => {
    broken(samples((at) => 100 + at / 50)).should.eql(["memory"]);
    broken(
      samples(
        () => 100,
        (at) => ({ sockets: at / 20, handles: 5 + at / 20 }),
      ),
    ).should.eql(["handles", "sockets"]);
    broken(
      samples(
        () => 100,
        (at) => ({ listeners: 40 + at / 20 }),
      ),
    ).should.eql(["listeners"]);
    broken(
      samples(
        () => 100,
        (at) => ({ sockets: at > 300 ? 1 : 0 }),
      ),
    ).should.eql(["sockets"]);
  });

  it("wants enough to compare", () => {
    (() => compare(samples(() => 1).slice(0, 4))).should.throw(/too few/);
  });
});
