import { randomBytes } from "node:crypto";
import { Readable } from "node:stream";
import { type Fault, type FaultKind, randomFault } from "../../../dev/fault-proxy";
import { outcomeOf } from "../../support/outcome";
import { openLanes } from "../lanes";
import type { Row } from "../row";
import { shown } from "../shown";

const page = "<html><body>Please sign in</body></html>";
const etag = '"0123456789abcdef0123456789abcdef"';
const xml = '<?xml version="1.0" encoding="UTF-8"?>\n';
const failure = "<Error><Code>InternalError</Code><Message>We encountered an internal error.</Message></Error>";

/** Answers that look well, or nearly so, of a request that the server never got, or whose answer was spoiled. */
const both = (answers: readonly Fault[]): readonly Fault[] => [
  ...answers.map((answer) => ({ status: 200, ...answer, handle: false })),
  ...answers,
];
const ofAll: readonly Fault[] = [{ body: page }, { body: xml + failure }, { error: "InternalError", status: 200 }];
const byEtag = both([
  ...ofAll,
  { body: page, headers: { etag } },
  { headers: { etag: undefined } },
  { headers: { etag: '""' } },
  { headers: { etag: undefined }, status: 204 },
]);
const byXml = (root: string): readonly Fault[] =>
  both([
    ...ofAll,
    { body: "" },
    // S3 keeps a connection alive with spaces before it knows how it ends.
    { body: `${xml}${" \n".repeat(50)}${failure}` },
    { body: `${xml}<${root}></${root}>` },
    { body: `${xml}<${root}><ETag></ETag><UploadId></UploadId></${root}>` },
    { body: `${xml}<${root}><ETag>${etag}</ETag>` },
    { body: (bytes) => bytes.subarray(0, bytes.length / 2) },
  ]);
const spoiled: Readonly<Record<string, readonly Fault[]>> = {
  PutObject: byEtag,
  UploadPart: byEtag,
  CreateMultipartUpload: byXml("InitiateMultipartUploadResult"),
  CompleteMultipartUpload: byXml("CompleteMultipartUploadResult"),
};

const onWire: FaultKind[] = ["slowDown", "internalError", "reset", "resetAfter", "cut", "drop"];

export const row: Row = {
  number: 3,
  hazard:
    "PutObject, UploadPart or CompleteMultipartUpload is answered 200 with an error in it, with a page, or without an ETag",
  required: "an error, or asked again where that is safe: false successes: 0 (the nodes copy nothing)",
  async measure(stage) {
    const lanes = await openLanes(stage, 24, { timeout: 5 }, ({ operation }, { random }) => {
      const answers = spoiled[operation];
      // Of objects in parts there are few, and of their parts many.
      const share = operation === "PutObject" ? 0.4 : operation === "UploadPart" ? 0.2 : 0.6;
      if (!answers || random() > share) return undefined;
      if (random() < 0.2) return randomFault(random, onWire, 9_000_000);
      return answers[Math.floor(random() * answers.length)];
    });
    const large = randomBytes(17 * 1024 * 1024);
    const times = stage.count(2000, 160);
    const { results, failures } = await lanes.run(times, async ({ core, bucket, random }, seed) => {
      const path = `object-${seed}`;
      const data = seed % 5 === 0 ? large : large.subarray(0, 1 + Math.floor(random() * 5000));
      const overwrite = random() < 0.5;
      if (overwrite) await stage.store.put(bucket, path, "old");
      const stream = random() < 0.3;
      const code = await outcomeOf(() =>
        core.run("write", { path, overwrite, data: stream ? Readable.from([data]) : data }),
      );
      const there = await stage.store.get(bucket, path);
      if (code === undefined && !(there && data.equals(there.body)))
        throw new Error(`${data.length} bytes were said to be written, and are not there`);
      if (code === "ObjectExists") throw new Error("it met its own work");
      // The embedded server holds all in memory.
      if (data === large) await stage.store.put(bucket, path, "");
      return code;
    });
    const good = results.filter((code) => code === undefined).length;
    if (failures.length === 0 && (good < times / 4 || lanes.befallen < times / 4))
      throw new Error(
        `only ${good} of ${times} were written, and ${lanes.befallen} answers spoiled: nothing was shown`,
      );
    return {
      held: failures.length === 0,
      figure: `${failures[0] ?? 0} of ${shown(times)}, ${shown(lanes.befallen)} answers spoiled; ${shown(good)} written, ${shown(times - good)} errors`,
    };
  },
  mutants: [
    {
      file: "src/core/proof.ts",
      from: "if (provedByEtag.has(command) && !plainEtag(headers.etag)) {",
      to: "if (false) {",
    },
    {
      file: "src/core/proof.ts",
      from: 'if (bodyless.has(command) && headers["content-length"] !== "0") {',
      to: "if (false) {",
    },
    { file: "src/core/proof.ts", from: '  if (proof !== "") return;', to: "  return;" },
  ],
};
