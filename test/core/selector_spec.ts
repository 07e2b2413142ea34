import should from "should";
import { randomFrom } from "../../dev/random";
import type { Listed } from "../../src/core/reply-pages";
import { createSelector, type Selection } from "../../src/core/selector";

const now = Date.parse("2026-06-01T12:00:00Z");
const object = (more: Partial<Listed> = {}): Listed => ({
  key: "k",
  size: 100,
  lastModified: "2026-05-01T00:00:00.000Z",
  ...more,
});

describe("a selector", () => {
  const wants = (selection: Selection, more: Partial<Listed> = {}, below = "a.txt"): boolean =>
    createSelector(selection, now).wants(below, object(more));

  it("wants everything where nothing is said", () => {
    for (const selection of [
      {},
      { filter: "", regex: "" },
      { filter: [], storageClass: [] },
      { caseSensitive: true },
    ]) {
      const { everything, byObject, wants, narrow } = createSelector(selection);
      [everything, byObject, wants("x", object()), wants("x/"), narrow("p/")].should.eql([
        true,
        false,
        true,
        true,
        "p/",
      ]);
    }
  });

  it("says whether anything is said, and whether it is of objects alone", () => {
    for (const [selection, byObject] of [
      [{ filter: "*" }, false],
      [{ regex: "a" }, false],
      [{ minSize: 0 }, true],
      [{ maxSize: "1 GB" }, true],
      [{ modifiedAfter: "1d" }, true],
      [{ modifiedBefore: "2026" }, true],
      [{ storageClass: "GLACIER" }, true],
    ] as const) {
      const selector = createSelector(selection);
      [selector.everything, selector.byObject].should.eql([false, byObject]);
    }
  });

  it("goes by size, both ends included", () => {
    for (const [selection, sizes] of [
      [{ minSize: 100 }, [100, 101]],
      [{ maxSize: "100 B" }, [0, 99, 100]],
      [{ minSize: 99, maxSize: 100 }, [99, 100]],
      [{ minSize: 100, maxSize: 100 }, [100]],
    ] as const) {
      [0, 99, 100, 101].filter((size) => wants(selection, { size })).should.eql(sizes);
    }
  });

  it("goes by time: from the one, until before the other", () => {
    const times = ["2026-04-30T23:59:59.999Z", "2026-05-01T00:00:00.000Z", "2026-05-02T00:00:00.000Z"];
    for (const [selection, expected] of [
      [{ modifiedAfter: "2026-05-01" }, times.slice(1)],
      [{ modifiedBefore: "2026-05-01" }, times.slice(0, 1)],
      [{ modifiedAfter: "2026-05-01", modifiedBefore: "2026-05-02" }, times.slice(1, 2)],
      [{ modifiedAfter: 0 }, times],
      // As JavaScript has it in a function node.
      [{ modifiedAfter: new Date("2026-05-01") as never }, times.slice(1)],
    ] as const) {
      times.filter((lastModified) => wants(selection, { lastModified })).should.eql(expected);
    }
  });

  it("counts ages back from now: before 90d is older than 90 days", () => {
    const days = (count: number) => ({ lastModified: new Date(now - count * 86_400_000).toISOString() });
    wants({ modifiedBefore: "90d" }, days(91)).should.be.true();
    wants({ modifiedBefore: "90d" }, days(89)).should.be.false();
    wants({ modifiedAfter: "90d" }, days(89)).should.be.true();
    wants({ modifiedAfter: "90d" }, days(91)).should.be.false();
    wants({ modifiedAfter: "90d", modifiedBefore: "30d" }, days(60)).should.be.true();
    wants({ modifiedAfter: "90d", modifiedBefore: "30d" }, days(20)).should.be.false();
  });

  it("counts ages back from the time at which it is made", () => {
    const { wants } = createSelector({ modifiedAfter: "1h" });
    wants("a", object({ lastModified: new Date().toISOString() })).should.be.true();
    wants("a", object({ lastModified: new Date(Date.now() - 2 * 3_600_000).toISOString() })).should.be.false();
  });

  it("wants nothing of which the store tells no time, where time counts", () => {
    const { lastModified: _, ...timeless } = object();
    for (const selection of [{ modifiedAfter: 0 }, { modifiedBefore: "0d" }])
      createSelector(selection).wants("a", timeless).should.be.false();
    createSelector({ minSize: 1 }).wants("a", timeless).should.be.true();
  });

  it("goes by storage class, one of several, STANDARD where none is told", () => {
    wants({ storageClass: "GLACIER" }, { storageClass: "GLACIER" }).should.be.true();
    wants({ storageClass: "glacier" }, { storageClass: "GLACIER" }).should.be.true();
    wants({ storageClass: "GLACIER" }, { storageClass: "GLACIER_IR" }).should.be.false();
    wants({ storageClass: ["GLACIER", "DEEP_ARCHIVE"] }, { storageClass: "DEEP_ARCHIVE" }).should.be.true();
    wants({ storageClass: "STANDARD" }).should.be.true();
    wants({ storageClass: "GLACIER" }).should.be.false();
  });

  it("wants no folder and, but by time, no delete marker where only an object has what is said", () => {
    const marker = object({ size: 0, deleteMarker: true });
    for (const selection of [{ minSize: 0 }, { maxSize: 10 }, { storageClass: "STANDARD" }]) {
      createSelector(selection).wants("a/").should.be.false();
      createSelector(selection).wants("a", marker).should.be.false();
    }
    createSelector({ modifiedAfter: 0 }).wants("a/").should.be.false();
    createSelector({ modifiedAfter: 0 }).wants("a", marker).should.be.true();
  });

  it("wants what passes all of it", () => {
    const selection = { filter: "*.txt", minSize: 10, modifiedAfter: "2026", storageClass: "STANDARD" };
    wants(selection).should.be.true();
    wants(selection, {}, "a.csv").should.be.false();
    wants(selection, { size: 9 }).should.be.false();
    wants(selection, { lastModified: "2025-12-31T23:59:59.000Z" }).should.be.false();
    wants(selection, { storageClass: "GLACIER" }).should.be.false();
  });

  it("takes an expression in place of a glob", () => {
    wants({ regex: "^a\\." }).should.be.true();
    wants({ regex: "^A\\." }).should.be.true();
    wants({ regex: "^A\\.", caseSensitive: true }).should.be.false();
    createSelector({ regex: "^x" }).narrow("p/").should.equal("p/");
  });

  for (const [selection, why] of [
    [{ filter: "*.txt", regex: "a" }, /^regex "a" does not go with filter "\*\.txt": leave one of them empty/],
    [{ minSize: 2, maxSize: "1 B" }, /^minSize 2 is more than maxSize "1 B".*swap them/],
    [{ minSize: "2 parsecs" }, /^minSize "2 parsecs" is no size; write/],
    [{ maxSize: -1 }, /^maxSize -1 is no size; write/],
    [{ modifiedAfter: "2026-05-02", modifiedBefore: "2026-05-01" }, /^modifiedAfter "2026-05-02" is not before .*swap/],
    [{ modifiedAfter: "2026", modifiedBefore: "2026" }, /^modifiedAfter "2026" is not before modifiedBefore "2026"/],
    [{ modifiedAfter: "30d", modifiedBefore: "90d" }, /of two ages, that of modifiedAfter is the longer one/],
    [{ modifiedBefore: new Date("soon") as never }, /^modifiedBefore an invalid Date is no time; write/],
    [{ modifiedBefore: "soon" }, /^modifiedBefore "soon" is no date; write/],
    [{ storageClass: "STANDARD, GLACIER" }, /^storageClass "STANDARD, GLACIER" is no name of a class; write/],
    [{ storageClass: ["GLACIER", ""] }, /^storageClass "" is no name/],
    [{ filter: "!" }, /^filter holds an empty pattern/],
    [{ regex: "(" }, /^regex "\(" is no regular expression/],
  ] as const) {
    it(`is refused that selects nothing: ${JSON.stringify(selection)}`, () => {
      should(() => createSelector(selection, now)).throw(why, { code: "InvalidParameter" });
    });
  }
});

describe("what the store is asked for", () => {
  const narrow = (filter: string | string[], caseSensitive = true, flat = false) =>
    createSelector({ filter, caseSensitive }).narrow("p/", flat);

  for (const [filter, prefix] of [
    ["logs/2026-*/**", "p/logs/2026-"],
    ["logs/2026-05/*", "p/logs/2026-05/"],
    ["logs/2026-05/app.log", "p/logs/2026-05/app.log"],
    ["logs/**", "p/logs/"],
    ["logs/**/x", "p/logs/"],
    ["logs/{a,b}/x", "p/logs/"],
    ["logs/{2026,2025}-*/x", "p/logs/"],
    [["logs/a/*", "logs/b/*"], "p/logs/"],
    [["logs/a/*", "!logs/b/*"], "p/logs/a/"],
    ["!logs/*", "p/"],
    ["*.txt", "p/"],
    ["logs*", "p/"],
    ["**/logs/*", "p/"],
    ["logs/+(a|b)/*", "p/logs/"],
    ["logs/a\\*/*", "p/logs/a"],
    ["./a/../*", "p/./a/../"],
    ["x😀/*", "p/x😀/"],
    [["x😀/*", "x😁/*"], "p/x"],
    ["x{1..200}/*", "p/x"],
  ] as const) {
    it(`is less for ${JSON.stringify(filter)}: ${prefix}`, () => {
      narrow(filter as string).should.equal(prefix);
    });
  }

  it("ends before the first letter where capitals do not count", () => {
    narrow("2026/05/app-*", false).should.equal("p/2026/05/");
    narrow("logs/2026-*", false).should.equal("p/");
  });

  it("is by names too where subfolders are left out", () => {
    narrow("2026-*", true, true).should.equal("p/2026-");
    narrow("logs/2026-*", true, true).should.equal("p/logs");
    narrow(["ab*", "ac"], true, true).should.equal("p/a");
    narrow("*.txt", true, true).should.equal("p/");
  });

  it("is never longer than a key", () => {
    narrow(`${"x".repeat(1020)}/*`).should.equal(`p/${"x".repeat(1020)}/`);
    narrow(`${"é".repeat(520)}/*`).should.equal("p/");
  });

  const seed = Number(process.env.SEED) || Math.floor(Math.random() * 2 ** 31);

  it(`leaves out nothing that is wanted, SEED=${seed}`, () => {
    const random = randomFrom(seed);
    const pick = <T>(from: readonly T[]): T => from[Math.floor(random() * from.length)] as T;
    const some = (most: number, make: () => string, between: string): string =>
      Array.from({ length: 1 + Math.floor(random() * most) }, make).join(between);
    const names = [
      "a",
      "b",
      "A",
      "ab",
      "1",
      "12",
      "..",
      ".",
      "",
      "a*",
      "!a",
      "{a",
      "😀",
      "é",
      "\\",
      "a b",
      "+(a)",
      "#1",
      "ß",
      "ǆ",
    ];
    const bits = [
      ...[
        "a",
        "b",
        "A",
        "1",
        "2",
        ".",
        "..",
        "😀",
        "é",
        "ß",
        "*",
        "**",
        "?",
        "[ab]",
        "[!a]",
        "{a,b}",
        "{a,b/1}",
        "{1..3}",
      ],
      ...[
        "{1..120}",
        "{..,a}",
        "{,a}",
        "@(a|b)",
        "!(a)",
        "*(a)",
        "+(a|1)",
        "?(b)",
        "\\*",
        "\\a",
        "\\\\",
        "{a",
        "(",
        "[",
        "!",
        "#",
        "+",
        "@",
      ],
      ...["/", "/", "//", "Ǆ"],
    ];
    const pattern = (): string => (random() < 0.15 ? "!" : "") + some(3, () => some(3, () => pick(bits), ""), "/");
    let wantedOnes = 0;
    let narrowed = 0;
    for (let round = 0; round < 4000; round++) {
      const filter = Array.from({ length: 1 + Math.floor(random() * 2) }, pattern).filter((one) => !/^!?$/.test(one));
      const caseSensitive = random() < 0.6;
      let selector: ReturnType<typeof createSelector>;
      try {
        selector = createSelector({ filter, caseSensitive });
      } catch {
        continue;
      }
      for (const flat of [false, true]) {
        const prefix = selector.narrow("", flat);
        if (prefix === "") continue;
        narrowed++;
        for (let times = 0; times < 40; times++) {
          const path =
            random() < 0.3
              ? prefix.slice(0, Math.floor(random() * 4)) + some(3, () => pick(names), "/")
              : some(4, () => pick(names), "/");
          // As a page tells it: no subfolders' content, where they are left out, but the folders.
          const cut = flat ? path.replace(/\/.*$/s, "/") : path;
          for (const below of [cut, ...(cut.endsWith("/") ? [] : [`${cut}/`])]) {
            if (below === "" || below === "/" || !selector.wants(below)) continue;
            wantedOnes++;
            const told = JSON.stringify({ filter, caseSensitive, flat, below, prefix });
            // A folder is found by what lies in it.
            const found = below.startsWith(prefix) || (below.endsWith("/") && `${below}x`.startsWith(prefix));
            found.should.equal(true, told);
          }
        }
      }
    }
    narrowed.should.be.above(500);
    wantedOnes.should.be.above(200);
  });
});
