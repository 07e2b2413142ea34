import "should";
import { compare, stillOpen } from "./compare";
import { deployEvery } from "./deploys";

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

/** Those of two minutes, 3 s after each deploy, and after one that is the last. */
const ofTwoMinutes = (each: (deploy: number) => object) => {
  const every = deployEvery(120) / 1000;
  return Array.from({ length: 120 / every + 1 }, (_, n) => sample(n * every + 3, 80, each(n)));
};
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
        (at) => ({ handles: 5 + at / 20 }),
      ),
    ).should.eql(["handles"]);
    broken(
      samples(
        () => 100,
        (at) => ({ listeners: 40 + at / 20 }),
      ),
    ).should.eql(["listeners"]);
  });

  it("finds in two minutes what grows a little with each deploy", () => {
    broken(ofTwoMinutes(() => ({}))).should.eql([]);
    broken(ofTwoMinutes((deploy) => ({ memory: 80 + (deploy % 2) * 3 }))).should.eql([]);
    broken(ofTwoMinutes((deploy) => ({ listeners: 40 + deploy }))).should.eql(["listeners"]);
    broken(ofTwoMinutes((deploy) => ({ memory: 80 + 2 * deploy }))).should.eql(["memory"]);
  });

  it("finds sockets that stay open until a fault ends them, but not a single one that is late", () => {
    const open = (...counts: number[]) => stillOpen(ofTwoMinutes((deploy) => ({ sockets: counts[deploy] ?? 0 })));
    open(3, 6, 9, 7).should.equal(0);
    open(0, 0, 0, 0, 0, 0, 0, 4).should.equal(0);
    open(0, 0, 0, 0, 0, 0, 12, 11).should.equal(11);
    open(0, 0, 0, 0, 0, 0, 12, 0, 0, 0, 0, 0, 5).should.equal(5);
  });

  it("has no sample on both sides, and wants enough for that", () => {
    (() => compare(samples(() => 1).slice(0, 8))).should.throw(/5 samples after the first minute are too few/);
    compare(samples(() => 1).slice(0, 9)).length.should.equal(3);
  });
});
