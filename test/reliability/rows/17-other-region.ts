import { startS3Server } from "../../../dev/s3-server";
import { openCore } from "../../support/context";
import { regionTold } from "../region-told";
import type { Row } from "../row";
import { shown } from "../shown";

const region = "eu-west-1";

/** What may be the first that a connection is asked for. */
const works = [
  ["read", { path: "a.txt" }],
  ["exist", { path: "a.txt" }],
  ["list", { path: "/" }],
  ["write", { path: "w", data: "x", overwrite: true }],
  ["create", { path: "c" }],
  ["delete", { path: "w", ifMissing: "ignore" }],
  ["purge", { path: "none/", force: true }],
] as const;

export const row: Row = {
  number: 17,
  hazard: "the bucket is in another region: 301, or 400 AuthorizationHeaderMalformed",
  required:
    "the region in the answer is used once and remembered; the status says so: requests wasted: 1 per deploy; nodes whose status does not name the region 0, one line of the log per deploy",
  onlyEmbedded: "the region of its buckets is told to it",
  async measure({ count }) {
    const deploys = count(100, works.length);
    // Those of a whole Node-RED take longer.
    const real = count(20, 2);
    let [wasted, done, most, all, statuses] = [0, 0, 0, 0, 0];
    const wrong: string[] = [];
    for (const strictRegion of [true, "redirect"] as const) {
      const server = await startS3Server({ buckets: [{ name: "bucket", region }], strictRegion });
      const refused = () => server.requests.filter(({ status }) => status === 301 || status === 400).length;
      try {
        server.put("bucket", "a.txt", "A");
        for (let deploy = 0; deploy < deploys; deploy++) {
          server.clear();
          const core = openCore(server);
          for (let at = 0; at < works.length; at++) {
            const [verb, values] = works[(deploy + at) % works.length] as (typeof works)[number];
            await core.run(verb, values);
            done++;
          }
          await core.close();
          wasted += refused();
          most = Math.max(most, refused());
        }
        server.clear();
        const { endpoint, accessKey, secretKey } = server;
        const target = { endpoint, accessKey, secretKey, region: server.region };
        const told = await regionTold({ server: target, region, works, deploys: real });
        wrong.push(...told.wrong);
        statuses += told.statuses;
        wasted += refused();
        done += works.length * real;
        all += deploys + real;
      } finally {
        await server.close();
      }
    }
    return {
      held: wasted === all && most === 1 && wrong.length === 0,
      figure: `${shown(wasted)} in ${shown(all)} deploys, ${most} in each at most; ${shown(done)} operations, all done; ${wrong[0] ?? `${shown(statuses)} statuses that name the region, and a line of the log in each of ${shown(2 * real)} deploys of a Node-RED`}`,
    };
  },
  mutants: [
    { file: "src/core/regions.ts", from: "    told.set(bucket, { where, at: performance.now() });\n", to: "" },
    { file: "src/core/regions.ts", from: "return where === region ? undefined : where;", to: "return undefined;" },
    { file: "src/node-red/operation-node.ts", from: "if (region !== undefined) ", to: 'if (region === "") ' },
    {
      file: "src/core/follow-region.ts",
      from: "if (bucket === settings.bucket && region !== undefined)",
      to: 'if (bucket === "" && region !== undefined)',
    },
  ],
};
