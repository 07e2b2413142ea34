import { type Fault, type FaultKind, randomFault } from "../../../dev/fault-proxy";
import { toS3Error } from "../../../src/core/to-error";
import { numbered } from "../../support/keys";
import { forbidAll } from "../forbid";
import { openLanes } from "../lanes";
import type { Row } from "../row";
import { shown } from "../shown";

const onWire: FaultKind[] = ["slowDown", "internalError", "reset", "cut", "drop", "page"];

const deleted = /<Deleted>.*?<\/Deleted>/;
const last = (text: string, from: string): number => text.lastIndexOf(from);

/** Reports that are not as they were sent. */
const spoiledReports: readonly Fault[] = [
  { body: "" },
  { body: "<html><body>Please sign in</body></html>" },
  { body: '<?xml version="1.0"?><DeleteResult></DeleteResult>' },
  { handle: false, headers: { "content-type": "application/xml" }, body: "<DeleteResult></DeleteResult>" },
  { handle: false, status: 204 },
  { error: "InternalError", status: 200 },
  { body: (body) => body.subarray(0, body.length / 2) },
  { body: (body) => body.toString().slice(0, last(body.toString(), "<Deleted>")) },
  // It forgets one, or tells of one twice.
  { body: (body) => body.toString().replace(deleted, "") },
  { body: (body) => body.toString().replace(deleted, "$&$&") },
];

/** Keys in a run. */
const size = 200;

/** What the names of keys end with that are not to be deleted. */
const refused = "7";

/** Reasons that pass, and that do not. */
const passing = ["SlowDown", "InternalError", "ServiceUnavailable"];
const lasting = ["AccessDenied", "InvalidObjectState", "MethodNotAllowed"];

export const row: Row = {
  number: 2,
  hazard:
    "DeleteObjects is answered 200 with errors of single keys in it, with a page of HTML, or without some of its keys",
  required:
    "what may pass is tried again, the rest is told key by key, and so are keys that are neither deleted nor failed: failures not told: 0",
  async measure(stage) {
    const { store, embedded } = stage;
    const lanes = await openLanes(stage, 24, { timeout: 5 }, ({ operation }, { random }) => {
      if (operation !== "DeleteObjects" || random() < 0.6) return undefined;
      if (random() < 0.3) return randomFault(random, onWire, 50_000);
      return spoiledReports[Math.floor(random() * spoiledReports.length)];
    });
    let refusals = 0;
    embedded?.hook(({ operation, bucket }) => {
      const lane = lanes.laneOf(bucket);
      if (operation !== "DeleteObjects" || !lane) return undefined;
      return {
        keyError(key) {
          // Some for good, by their names.
          const from = key.endsWith(refused) ? lasting : lane.random() < 0.01 ? passing : undefined;
          if (!from) return undefined;
          refusals++;
          return from[key.charCodeAt(key.length - 2) % from.length];
        },
      };
    });
    const permit = embedded ? undefined : await forbidAll(store, lanes.buckets, refused);
    let [left, untold, broken] = [0, 0, 0];
    const runs = stage.count(500, 40);
    const { failures } = await lanes
      .run(runs, async ({ core, bucket }, seed) => {
        const keys = numbered(size, `run-${seed}/`);
        await store.seed(bucket, keys);
        const told = new Set<string>();
        let all = false;
        const tell = (failed: { path: string }[]): void => {
          for (const { path } of failed) told.add(path);
        };
        try {
          const work =
            seed % 10 === 0
              ? core.run("delete", { path: keys })
              : core.run("purge", { path: `run-${seed}`, force: true });
          tell((await work).result.failed);
        } catch (error) {
          const { code, cause } = toS3Error(error, { operation: "purge" }) as { code: string; cause?: unknown };
          const { result } = (cause ?? error) as { result?: { failed: { path: string }[] } };
          if (code === "PartialFailure") tell(result?.failed ?? []);
          else all = true;
        }
        const stays = await store.keys(bucket, `run-${seed}/`);
        if (all) broken++;
        else left += stays.length;
        const missing = all ? [] : stays.filter((key) => !told.has(key));
        untold += missing.length;
        if (missing.length > 0)
          throw new Error(`${missing.length} keys are there that nobody told of, such as ${missing[0]}`);
      })
      .finally(() => permit?.());
    const tooFew = left < runs || (embedded !== undefined && refusals < runs);
    if (failures.length === 0 && (tooFew || lanes.befallen < runs / 4 || broken > runs / 2))
      throw new Error(`${left} keys left, ${refusals} refusals, ${broken} of ${runs} broken off: nothing was shown`);
    return {
      held: failures.length === 0,
      figure: `${shown(untold)} of ${shown(runs * size)} keys${failures.length > 0 ? `, ${failures[0]}` : ""}; ${embedded ? `${shown(refusals)} refusals, ` : ""}${shown(lanes.befallen)} reports spoiled; ${shown(left)} keys left and told of`,
    };
  },
  mutants: [
    {
      file: "src/core/remove.ts",
      from: "  await forEachOf(context, left, (victim) => removeOne(context, victim, known));\n};",
      to: "  for (const victim of left) known(victim);\n};",
    },
    {
      file: "src/core/remove.ts",
      from: 'new Set(["NoSuchKey", "NoSuchVersion"])',
      to: 'new Set(["NoSuchKey", "NoSuchVersion", "AccessDenied"])',
    },
    {
      file: "src/core/remove.ts",
      from: "else ended(victim, trouble);\n    };\n    const singly",
      to: "else ended(victim);\n    };\n    const singly",
    },
  ],
};
