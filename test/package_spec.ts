import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import "should";
import { operations } from "../src/operations";

const root = join(__dirname, "..", "..");
const text = (...path: string[]): string => readFileSync(join(root, ...path), "utf8");
const manifest = JSON.parse(text("package.json"));

const sources = (folder: string): string[] =>
  readdirSync(join(root, "src", folder))
    .filter((name) => name.endsWith(".ts"))
    .map((name) => join("src", folder, name));

/** The modules that a file imports. */
const imports = (file: string): string[] => [...text(file).matchAll(/from "([^"]+)"/g)].map(([, name]) => name ?? "");

describe("the package", () => {
  for (const { type, label, icon } of operations) {
    describe(`has all of ${label}`, () => {
      it("a line below node-red.nodes in package.json", () => {
        manifest["node-red"].nodes.should.have.property(type, `nodes/${type}.js`);
      });
      it("its icon", () => existsSync(join(root, "icons", icon)).should.equal(true, `icons/${icon} is missing`));
      it("its file, named after it", () =>
        sources("operations").should.containEql(join("src", "operations", `${label}.ts`)));
      it("its spec", () => {
        const specs = readdirSync(join(root, "test", "operations")).filter((name) => name.endsWith("_spec.ts"));
        specs.some((name) => name.startsWith(label)).should.equal(true, `test/operations/${label}_spec.ts is missing`);
      });
      it("its example, and a step in the tour", () => {
        const types = (name: string): string[] =>
          JSON.parse(text("examples", `${name}.json`)).map((node: { type: string }) => node.type);
        types(label).should.containEql(type);
        types("tour").should.containEql(type);
      });
    });
  }

  it("names no node that does not exist", () => {
    const types = ["amazon-s3-config", ...operations.map(({ type }) => type)];
    Object.keys(manifest["node-red"].nodes).sort().should.eql(types.sort());
  });

  it("keeps Node-RED out of core/ and operations/", () => {
    const files = [...sources("core"), ...sources("operations")];
    files.length.should.be.above(20);
    for (const file of files) {
      for (const name of imports(file)) name.should.not.match(/node-red/, `${file} imports ${name}`);
    }
  });

  it("keeps operations out of core/", () => {
    for (const file of sources("core")) {
      for (const name of imports(file)) name.should.not.match(/operations/, `${file} imports ${name}`);
    }
  });

  it("imports no package that it does not name, and names none that it does not import", () => {
    const files = ["core", "operations", "node-red", "editor"].flatMap(sources);
    const packages = files.flatMap(imports).filter((name) => !name.startsWith(".") && !name.startsWith("node:"));
    // Of node-red come types alone, which are gone when it is compiled.
    const used = new Set(packages.filter((name) => name !== "node-red"));
    [...used].sort().should.eql(Object.keys(manifest.dependencies).sort());
  });

  it("has what the flow library's scorecard asks for", () => {
    Object.keys(manifest.dependencies).length.should.be.belowOrEqual(6);
    for (const range of Object.values(manifest.dependencies)) String(range).should.match(/^\^\d/);
    manifest.keywords.should.containEql("node-red");
    manifest.engines.node.should.equal(">=20");
    manifest["node-red"].version.should.equal(">=4.0.0");
    manifest.license.should.equal("MIT");
    for (const field of ["description", "author", "repository", "bugs", "homepage"]) {
      manifest.should.have.property(field);
    }
  });

  it("has no script that runs where it is installed", () => {
    for (const script of ["preinstall", "install", "postinstall"]) manifest.scripts.should.not.have.property(script);
  });

  it("has the files that a person looks for", () => {
    for (const name of ["README.md", "CHANGELOG.md", "CONTRIBUTING.md", "DESIGN.md", "SECURITY.md", "LICENSE"]) {
      existsSync(join(root, name)).should.equal(true, `${name} is missing`);
    }
    text("CHANGELOG.md").should.containEql(`## ${manifest.version}`);
  });

  it("says in its lock file nothing of where packages come from", () => {
    text("package-lock.json").should.not.match(/"resolved"/);
  });
});
