import "should";
import { createHash } from "node:crypto";
import { readAudit } from "./audit";
import { installScriptFaults } from "./install-scripts";
import { licenceFaults } from "./licences";
import type { Lock, Locked } from "./lock";
import { type Sbom, sbomFaults } from "./sbom";
import { sourceFaults } from "./sources";
import { actionFaults, checkFaults, releaseFaults } from "./workflows";

const integrity = `sha512-${createHash("sha512").update("a").digest("base64")}`;
const good: Locked = { version: "1.2.3", integrity, license: "MIT" };

/** A lock file with a package "used" that differs from a good one, and a good one "other". */
const lockWith = (differs: Locked, more: Record<string, Locked> = {}): Lock => ({
  lockfileVersion: 3,
  packages: {
    "": { name: "ours", version: "1.0.0" },
    "node_modules/used": { ...good, ...differs },
    "node_modules/@scope/other": good,
    ...more,
  },
});

describe("the checks of what is installed", () => {
  it("find nothing in a good lock file", () => {
    const lock = lockWith(
      {},
      { "node_modules/used/node_modules/inner": { ...good, version: "2.0.0-rc.1", dev: true } },
    );
    for (const faults of [sourceFaults, installScriptFaults, licenceFaults]) faults(lock).should.eql([]);
  });

  const odd: Record<string, Locked> = {
    "is fetched from": { resolved: "git+ssh://git@host/used.git#0123" },
    "is a link": { link: true },
    "has the version": { version: "file:../used" },
    "has no hash": { integrity: undefined as never },
    "has the hash sha1-": { integrity: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" },
    "has the hash sha512-x": { integrity: "sha512-x" },
    "holds another": { name: "another" },
    "is bundled with nothing": { inBundle: true },
  };
  for (const [fault, differs] of Object.entries(odd)) {
    it(`find a package that ${fault}`, () => {
      const faults = sourceFaults(lockWith(differs));
      faults.should.have.length(1);
      (faults[0] as string).should.startWith(`node_modules/used ${fault}`);
    });
  }

  it("find a lock file of another version, and leave a bundle to the hash of its package", () => {
    sourceFaults({ ...lockWith({}), lockfileVersion: 1 }).should.eql(["the lock file has version 1"]);
    const bundled = { "node_modules/used/node_modules/inner": { version: "1.0.0", inBundle: true } };
    sourceFaults(lockWith({}, bundled)).should.eql([]);
  });

  it("find an install script, of a dev dependency unless it has a reason", () => {
    installScriptFaults(lockWith({ hasInstallScript: true })).should.eql(["node_modules/used has an install script"]);
    installScriptFaults(lockWith({ hasInstallScript: true }), { used: "why" }).should.have.length(2);
    const dev = lockWith({ hasInstallScript: true, dev: true });
    installScriptFaults(dev).should.eql(["node_modules/used (dev, not on the list) has an install script"]);
    installScriptFaults(dev, { used: "why" }).should.eql([]);
    installScriptFaults(lockWith({}), { used: "why" }).should.eql(["used is on the list, and has no install script"]);
  });

  it("find a licence that is not allowed, or none, of what is installed with the package", () => {
    for (const license of ["GPL-3.0-only", "MIT AND GPL-3.0-only", "SEE LICENSE IN x", "UNLICENSED", ""])
      licenceFaults(lockWith({ license })).should.have.length(1, license);
    licenceFaults(lockWith({ license: undefined as never })).should.eql(["node_modules/used has the licence none"]);
    licenceFaults(lockWith({ license: "GPL-3.0-only OR MIT" })).should.eql([]);
    licenceFaults(lockWith({ license: "GPL-3.0-only", dev: true })).should.eql([]);
  });
});

describe("the check of the list of what is in a release", () => {
  const hashes = [{ alg: "SHA-512", content: createHash("sha512").update("a").digest("hex") }];
  const licenses = [{ license: { id: "MIT" } }];
  const used = { name: "used", version: "1.2.3", hashes, licenses };
  const other = { ...used, name: "@scope/other" };
  const metadata = { component: { name: "ours", version: "1.0.0" } };
  const whole: Sbom = { bomFormat: "CycloneDX", metadata, components: [used, other] };

  it("finds nothing in a whole one", () => {
    sbomFaults(whole, lockWith({})).should.eql([]);
    sbomFaults({ ...whole, components: [other] }, lockWith({ dev: true })).should.eql([]);
  });

  const wrong: Record<string, Sbom> = {
    "used 1.2.3 is missing": { ...whole, components: [other] },
    "used 1.2.3 has another hash": { ...whole, components: [other, { ...used, hashes: [] }] },
    "used 1.2.3 has no licence": { ...whole, components: [other, { ...used, licenses: [] }] },
    "extra 1.2.3 is not installed with the package": {
      ...whole,
      components: [used, other, { ...used, name: "extra" }],
    },
    "it is of theirs 1.0.0": { ...whole, metadata: { component: { name: "theirs", version: "1.0.0" } } },
    "its format is undefined": { metadata, components: [used, other] },
  };
  for (const [fault, sbom] of Object.entries(wrong))
    it(`finds that ${fault}`, () => sbomFaults(sbom, lockWith({})).should.eql([fault]));
});

describe("the check of known weaknesses", () => {
  const report = { auditReportVersion: 2, vulnerabilities: {}, metadata: { dependencies: { prod: 2 } } };
  it("tells a clean report from one with weaknesses", () => {
    readAudit(JSON.stringify(report)).should.eql({ known: true, faults: [] });
    const bad = { ...report, vulnerabilities: { used: { severity: "high", range: "<2" } } };
    readAudit(JSON.stringify(bad)).should.eql({ known: true, faults: ["used <2: high"] });
  });

  const unknown: Record<string, string> = {
    "405": JSON.stringify({
      message: "405 Method Not Allowed - POST somewhere",
      statusCode: 405,
      error: { summary: "" },
    }),
    ENOLOCK: JSON.stringify({ error: { code: "ENOLOCK", summary: "no lock file" } }),
    "no report: nothing": "",
    "no report: <html>": "<html>",
    "no report": "null",
    "looked at no dependency": JSON.stringify({ ...report, metadata: { dependencies: { prod: 0 } } }),
  };
  for (const [why, printed] of Object.entries(unknown)) {
    it(`does not take for clean what is no report: ${why}`, () => {
      const audit = readAudit(printed);
      audit.known.should.be.false();
      if (!audit.known) audit.why.should.containEql(why);
    });
  }
});

describe("the checks of the workflows", () => {
  const commit = "0123456789abcdef0123456789abcdef01234567";
  const read = "permissions:\n  contents: read\n\njobs:\n";
  const release = `${read}
    permissions:
      id-token: write
    steps:
      - uses: a/b@${commit} # v1
      - run: npm audit --omit=dev
      - run: |
          npm publish --provenance --access public
  release:
    permissions:
      contents: write
      - run: node dev/sbom.js sbom.cdx.json
      - run: gh release create "$TAG" sbom.cdx.json
`;

  it("find nothing in good ones", () => {
    actionFaults(release).should.eql([]);
    releaseFaults(release).should.eql([]);
    checkFaults(`${read}  all:\n`).should.eql([]);
  });

  for (const uses of ["a/b@v4", "a/b@main", "a/b", `a/b@${commit.slice(1)}`, "docker://image:1", "./local"])
    it(`find an action that can change: ${uses}`, () =>
      actionFaults(`    - uses: ${uses}\n`).should.eql([`${uses} is not named by a commit`]));

  for (const part of ["id-token: write", "npm audit", "--provenance", "dev/sbom.js", "gh release", "contents: read"])
    it(`find a release without ${part}`, () => releaseFaults(release.replace(part, "nothing")).should.have.length(1));

  it("find permissions to write that nobody needs", () => {
    releaseFaults(release.replace("id-token: write", "id-token: write\n      contents: write")).should.eql([
      "several jobs may write contents",
    ]);
    checkFaults(`${read}  all:\n    permissions:\n      packages: write\n`).should.eql(["a job may write packages"]);
    checkFaults("permissions:\n  contents: read\n  packages: none\n").should.have.length(1);
    checkFaults("jobs:\n").should.have.length(1);
  });
});
