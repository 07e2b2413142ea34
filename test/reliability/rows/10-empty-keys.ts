import type { Core } from "../../support/context";
import { outcomeOf } from "../../support/outcome";
import { withFolder } from "../../support/with-folder";
import type { Row } from "../row";
import { shown } from "../shown";

/** What may stand in a message where a path was meant. */
const paths = [
  "",
  " ",
  "\t\n ",
  "/",
  "//",
  "/ ",
  ".",
  "./",
  "..",
  "../",
  "/..",
  "?",
  "#",
  "%",
  "%2F",
  "&",
  "\u0000",
  "\ufeff",
];

/** What a bucket may be asked for; of an object that is missing, HeadBucket tells whether it is the bucket that is. */
const ofBuckets = ["ListObjectsV2", "ListObjectVersions", "DeleteObjects"];

type Work = (core: Core, path: string, home: string) => Promise<unknown>;

const works: readonly Work[] = [
  (core, path) => core.run("create", { path }),
  (core, path) => core.run("delete", { path }),
  (core, path) => core.run("delete", { path, ifMissing: "ignore" }),
  (core, path) => core.run("delete", { path: [path] }),
  (core, path) => core.run("delete", { path: ["there", path, "there/"], ifMissing: "ignore" }),
  (core, path, home) => core.run("download", { path, target: `${home}/target/` }),
  (core, path) => core.run("exist", { path }),
  (core, path) => core.run("list", { path }),
  (core, path) => core.run("list", { path, includeMetadata: true, includeTags: true }),
  (core, path) => core.run("purge", { path, force: true, wholeBucket: true }),
  (core, path) => core.run("read", { path, format: "buffer" }),
  (core, path) => core.run("write", { path, data: "x" }),
  (core, path) => core.run("write", { path, data: "x", onConflict: "rename" }),
  (core, path) => core.run("write", { path: "/", data: [{ path, data: "x" }] }),
  (core, path) => core.run("write", { path: `${path}/`, data: [{ path, data: "x" }] }),
  (core, path) => core.run("upload", { source: __filename, path }),
];

export const row: Row = {
  number: 10,
  hazard: "an empty key turns a request for an object into one for its bucket",
  required: "refused before anything is sent, in all operations: requests sent with an empty key: 0",
  measure: ({ store, proxy, open }) =>
    withFolder("reliability-", async (home) => {
      const bucket = store.bucketName("bucket");
      const wrong: string[] = [];
      let last = "";
      proxy.setPlan(({ bucket: asked, key, operation, method, path }) => {
        const may = ofBuckets.includes(operation) || (operation === "HeadBucket" && last === "HeadObject");
        if ((key === undefined && !may) || asked !== bucket) wrong.push(`${method} ${path}`);
        last = operation;
        return undefined;
      });
      let calls = 0;
      let refused = 0;
      for (const rootPath of ["", "root"]) {
        const core = open({ rootPath, maxAttempts: 1 });
        for (const path of paths) {
          for (const work of works) {
            await store.put("bucket", "there", "x");
            calls++;
            last = "";
            const code = await outcomeOf(() => work(core, path, home));
            if (code === "InvalidParameter" || code === "NotAFile") refused++;
          }
        }
      }
      if (wrong.length === 0 && refused < 50)
        throw new Error(`only ${refused} of ${calls} were refused: nothing was shown`);
      return {
        held: wrong.length === 0,
        figure: `${shown(wrong.length)} in ${shown(calls)} calls, ${shown(refused)} of them refused${wrong[0] ? `; ${wrong[0]}` : ""}`,
      };
    }),
  mutants: [{ file: "src/core/key.ts", from: 'if (path.trim() === "" || path === "/") {', to: "if (false) {" }],
};
