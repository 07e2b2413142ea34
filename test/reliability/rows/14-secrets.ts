import { execFile } from "node:child_process";
import { join } from "node:path";
import type { Row } from "../row";
import { shown } from "../shown";

const suite = join(__dirname, "..", "..", "secrets", "run.js");

/** A process of its own, since Node-RED can be started only once in one. */
const said = (): Promise<string> =>
  new Promise((resolve) => {
    const options = { maxBuffer: 1 << 26, env: { ...process.env, NODE_NO_WARNINGS: "1" } };
    execFile(process.execPath, [suite], options, (_error, stdout, stderr) => resolve(stdout + stderr));
  });

export const row: Row = {
  number: 14,
  hazard: "secrets in errors, logs, statuses and exports: the SDK's errors carry what was signed, and the token",
  required: "errors are made from a white list of fields: canary secrets found: 0 in all channels",
  onlyEmbedded: "it must tell back what it was sent",
  async measure() {
    const text = await said();
    const found = /^found: (\d+) in (\d+)$/m.exec(text);
    const closing = /^(\d+) passed, (\d+) failed$/m.exec(text);
    if (!found || !closing) throw new Error(`the search broke off: ${text.slice(-300)}`);
    const failed = text.split("\n").filter((line) => line.startsWith("FAIL "));
    return {
      held: found[1] === "0" && closing[2] === "0",
      figure: `${found[1]} in ${shown(Number(found[2]))} messages, errors, log entries, answers and files; ${closing[1]} checks passed, ${[`${closing[2]} failed`, ...failed].join("; ")}`,
    };
  },
  mutants: [
    {
      file: "src/core/redact.ts",
      from: "return [...writings, ...digits, ...bytes].filter(({ length }) => length >= shortest);",
      to: "return [];",
    },
    {
      file: "src/core/to-error.ts",
      from: "const details: Details = { statusCode, requestId, operation, bucket, path, retryable };",
      to: "const details: Details = { statusCode, requestId, operation, bucket, path, retryable, result: { ...error } };",
    },
  ],
};
