import { execFileSync } from "node:child_process";
import { readdirSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../dev/demo/root";
import { operations } from "../../src/operations";
import { check } from "../support/checks";
import { npm } from "./npm";

interface Packed {
  filename: string;
  size: number;
  files: { path: string }[];
}

const expectNone = (files: readonly string[], what: string): void => {
  if (files.length > 0) throw new Error(`${what}: ${files.join(", ")}`);
};

const names = ["amazon-s3-config", ...operations.map(({ type }) => type)];

/** Packs the package into a folder, and checks what is in it. Returns the path of the tarball. */
export const pack = async (folder: string): Promise<string> => {
  const printed = npm(root, "pack", "--json", "--pack-destination", folder);
  const [packed] = JSON.parse(printed.slice(printed.indexOf("["))) as [Packed];
  const files = packed.files.map(({ path }) => path);
  const wanted = [
    ...names.flatMap((name) => [`nodes/${name}.js`, `nodes/${name}.html`]),
    ...operations.map(({ icon }) => `nodes/icons/${icon}`),
    ...operations.map(({ label }) => `examples/${label}.json`),
    ...["examples/tour.json", "package.json", "README.md", "LICENSE", "CHANGELOG.md", "SECURITY.md"],
  ];
  await check("the tarball holds nodes, forms, icons, examples and documents", () =>
    expectNone(
      wanted.filter((file) => !files.includes(file)),
      "missing",
    ),
  );
  await check("the tarball holds no sources, tests and tools", () =>
    expectNone(
      files.filter((file) => /\.(ts|map|tgz)$|^(src|dev|test|docs|\.|node_modules)|^nodes\/(build|editor)/.test(file)),
      "superfluous",
    ),
  );
  await check("the tarball names no folder of the machine it was made on", () => {
    const found = files.filter((file) => /\.(js|html|json|md)$/.test(file) && contains(join(root, file), root));
    expectNone(found, "its path is in");
  });
  return join(folder, packed.filename);
};

const contains = (file: string, text: string): boolean => {
  try {
    execFileSync("grep", ["-qF", "--", text, file]);
    return true;
  } catch {
    return false;
  }
};

/** The compiled scripts of an installed package. */
export const scriptsOf = (installed: string): string[] =>
  readdirSync(join(installed, "nodes"), { recursive: true, encoding: "utf8" })
    .filter((file) => file.endsWith(".js"))
    .map((file) => join(installed, "nodes", file));
