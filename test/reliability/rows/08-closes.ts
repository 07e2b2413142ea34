import { randomBytes } from "node:crypto";
import { median } from "../../../dev/bench/median";
import { several } from "../../support/several";
import { withFolder } from "../../support/with-folder";
import { abortOne } from "../../transfers/abort";
import type { Row } from "../row";
import { shown } from "../shown";

export const row: Row = {
  number: 8,
  hazard: "a redeploy in the middle of the work",
  required:
    "requests end with their connection, and open uploads are aborted and seen to be gone: requests after a close 0, of whatever kind, uploads left open 0, closes of a second and more 0, also where the store does not answer",
  measure: ({ store, seed, count }) =>
    withFolder("reliability-", async (home) => {
      const place = { store, bucket: "bucket", bytes: randomBytes(32 * 1024 * 1024), home };
      const times = count(500, 30);
      const { results, failures } = await several(times, seed, (one) => abortOne(place, one), 8);
      const aborted = results.filter((one) => one.aborted).length;
      const unanswered = results.filter((one) => one.unanswered).length;
      if (failures.length === 0 && aborted < times / 2) throw new Error(`only ${aborted} of ${times} were aborted`);
      if (failures.length === 0 && unanswered === 0) throw new Error("every abort of an upload was answered");
      const late = results.reduce((sum, one) => sum + one.late, 0);
      const open = (await store.uploads(place.bucket)).length;
      const took = results.map(({ ms }) => ms);
      const longest = Math.max(0, ...took);
      return {
        held: failures.length === 0 && late === 0 && open === 0 && longest < 1000,
        figure:
          failures[0] ??
          `${late} requests after ${shown(times)} closes, ${shown(aborted)} in the middle of work, ${open} uploads left; ${Math.round(median(took))} ms at the median, ${Math.round(longest)} ms at most, ${shown(unanswered)} of them without an answer to the abort`,
      };
    }),
  mutants: [
    { file: "src/core/multipart.ts", from: "      if (!complete) await abort(context, key, id);\n", to: "" },
    { file: "src/core/connection.ts", from: "export const graceMs = 700;", to: "export const graceMs = 1000;" },
    {
      file: "src/core/connection.ts",
      from: "      wire.destroy();\n",
      to: "      wire.destroy();\n      void fetch(settings.endpoint).catch(() => {});\n",
    },
  ],
};
