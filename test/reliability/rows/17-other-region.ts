import { startS3Server } from "../../../dev/s3-server";
import { openCore } from "../../support/context";
import type { Row } from "../row";
import { shown } from "../shown";

const region = "eu-west-1";

type Work = (core: ReturnType<typeof openCore>) => Promise<unknown>;

/** What may be the first that a connection is asked for. */
const works: readonly Work[] = [
  (core) => core.run("read", { path: "a.txt" }),
  (core) => core.run("exist", { path: "a.txt" }),
  (core) => core.run("list", {}),
  (core) => core.run("write", { path: "w", data: "x", overwrite: true }),
  (core) => core.run("create", { path: "c" }),
  (core) => core.run("delete", { path: "w", ifMissing: "ignore" }),
  (core) => core.run("purge", { path: "none/", force: true }),
];

export const row: Row = {
  number: 17,
  hazard: "the bucket is in another region: 301, or 400 AuthorizationHeaderMalformed",
  required: "the region in the answer is used once and remembered; the status says so: requests wasted: 1 per deploy",
  onlyEmbedded: "the region of its buckets is told to it",
  async measure({ count }) {
    const deploys = count(200, works.length * 2);
    let [wasted, done, most] = [0, 0, 0];
    for (const strictRegion of [true, "redirect"] as const) {
      const server = await startS3Server({ buckets: [{ name: "bucket", region }], strictRegion });
      const refused = () => server.requests.filter(({ status }) => status === 301 || status === 400).length;
      try {
        server.put("bucket", "a.txt", "A");
        for (let deploy = 0; deploy < deploys / 2; deploy++) {
          server.clear();
          const core = openCore(server);
          for (let at = 0; at < works.length; at++) {
            await works[(deploy + at) % works.length]?.(core);
            done++;
          }
          await core.close();
          wasted += refused();
          most = Math.max(most, refused());
        }
      } finally {
        await server.close();
      }
    }
    const all = 2 * Math.ceil(deploys / 2);
    return {
      held: wasted === all && most === 1,
      figure: `${shown(wasted)} in ${shown(all)} deploys, ${most} in each at most; ${shown(done)} operations, all done`,
    };
  },
  mutants: [
    { file: "src/core/regions.ts", from: "    told.set(bucket, { where, at: performance.now() });\n", to: "" },
    { file: "src/core/regions.ts", from: "return where === region ? undefined : where;", to: "return undefined;" },
  ],
};
