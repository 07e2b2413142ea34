/** The drift check of docs/servers.md, on a matrix of three checks. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checks as all } from "./checks";
import { deviations } from "./deviations";
import { matrixDrift, writeMatrix } from "./matrix";
import type { Outcome, Verdict } from "./suite";

describe("conformance/matrix", () => {
  const deviating = all.find(({ id }) => deviations.minio?.[id]);
  const plain = all.filter(({ id }) => !deviations.minio?.[id]).slice(0, 2);
  const checks = deviating ? [...plain, deviating] : plain;
  const outcomes = (...verdicts: Verdict[]): Outcome[] =>
    checks.map((check, at) => ({ check, verdict: verdicts[at] ?? "pass" }));
  const embedded = new Map([["embedded", outcomes()]]);
  let folder: string;
  let file: string;
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "matrix-"));
    file = join(folder, "servers.md");
    writeFileSync(file, "# Servers\n\n<!-- matrix:start -->\nold\n<!-- matrix:end -->\n\nThe end\n");
    writeMatrix(
      file,
      checks,
      new Map([
        ["embedded", outcomes()],
        ["minio", outcomes("pass", "pass", "known")],
      ]),
    );
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const edit = (change: (text: string) => string) => writeFileSync(file, change(readFileSync(file, "utf8")));

  it("finds nothing in what was written, and leaves the rest of the file alone", () => {
    matrixDrift(file, checks, embedded).should.eql([]);
    const text = readFileSync(file, "utf8");
    text.should.startWith("# Servers\n\n<!-- matrix:start -->\n\n| conforming | embedded | minio |\n");
    text.should.endWith("<!-- matrix:end -->\n\nThe end\n").and.not.match(/^old$/m);
    text.should.match(/\| \*\*3 of 3\*\* \| \*\*2 of 3\*\* \|/).and.match(/^\[\^d1\]: /m);
  });

  it("finds a mark that is not what the run found", () => {
    const drift = matrixDrift(file, checks, new Map([["embedded", outcomes("fail")]]));
    drift.should.matchAny(/^\+ .*\*\*no\*\*/);
    drift.should.matchAny(/^- .*\*\*3 of 3\*\*/);
  });

  it("finds a check more, a check less, and checks in another order", () => {
    matrixDrift(file, checks.slice(1), new Map([["embedded", outcomes().slice(1)]])).should.matchAny(/^- \| \[/);
    const more = all.find((check) => !checks.includes(check)) as (typeof all)[number];
    const withMore = [...outcomes(), { check: more, verdict: "pass" as const }];
    matrixDrift(file, [...checks, more], new Map([["embedded", withMore]])).should.matchAny(/^\+ \| \[/);
    const turned = [...checks].reverse();
    matrixDrift(file, turned, new Map([["embedded", [...outcomes()].reverse()]])).should.not.be.empty();
  });

  it("finds a column of another server that is not what its table says, and a server without one", () => {
    edit((text) => text.replace("| no[^d1] |", "| yes |"));
    matrixDrift(file, checks, embedded).should.have.length(2);
    const other = new Map([["ceph-20.2", outcomes()]]);
    matrixDrift(file, checks, other).should.eql(["- (no column for ceph-20.2)"]);
  });

  it("finds a note that was changed by hand, and wants its markers", () => {
    edit((text) => text.replace(/^\[\^d1\]: .*/m, "[^d1]: It is fine."));
    matrixDrift(file, checks, embedded).should.containEql("- [^d1]: It is fine.");
    edit(() => "# Servers\n");
    (() => matrixDrift(file, checks, embedded)).should.throw(/has no <!-- matrix:start -->/);
  });
});
