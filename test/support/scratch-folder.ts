import { lstat, mkdir, mkdtemp, readdir, readFile, readlink, realpath, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A folder of the disk for the specs of one file, empty before each of them. */
export interface Scratch {
  readonly root: string;
  path(...names: string[]): string;
  /** Writes files, making their folders. */
  fill(files: Readonly<Record<string, string | Uint8Array>>): Promise<void>;
  /** All that is there, by its path: the text of files, `-> …` of links, and folders with a slash at their end. */
  tree(below?: string): Promise<Record<string, string>>;
}

export const useScratch = (): Scratch => {
  let root = "";
  const make = async () => {
    root = await realpath(await mkdtemp(join(tmpdir(), "s3-spec-")));
  };
  const remove = () => rm(root, { recursive: true, force: true });
  beforeEach(make);
  afterEach(remove);
  const walk = async (folder: string, prefix: string, found: Record<string, string>): Promise<void> => {
    for (const name of (await readdir(folder)).sort()) {
      const path = join(folder, name);
      const stats = await lstat(path);
      if (stats.isSymbolicLink()) found[prefix + name] = `-> ${await readlink(path)}`;
      else if (stats.isDirectory()) {
        found[`${prefix}${name}/`] = "";
        await walk(path, `${prefix}${name}/`, found);
      } else found[prefix + name] = stats.isFile() ? (await readFile(path)).toString("latin1") : "special";
    }
  };
  return {
    get root() {
      return root;
    },
    path: (...names) => join(root, ...names),
    async fill(files) {
      for (const [path, content] of Object.entries(files)) {
        await mkdir(dirname(join(root, path)), { recursive: true });
        await writeFile(join(root, path), content);
      }
    },
    async tree(below = "") {
      const found: Record<string, string> = {};
      await walk(join(root, below), "", found);
      return found;
    },
  };
};
