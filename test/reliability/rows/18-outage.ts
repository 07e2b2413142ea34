import { withFolder } from "../../support/with-folder";
import { nameStore } from "../named-store";
import { outlastOutages } from "../outages";
import type { Row } from "../row";
import { shown } from "../shown";
import { outlastSkew } from "../skewed-clock";
import type { Stage } from "../stage";
import { tellInWords } from "../told-in-words";

const lostOf = (codes: readonly (string | undefined)[]): string[] => codes.filter((code) => code !== undefined);

/** "9 of 10; ECONNRESET": how many ended well, and how the others did. */
const recovered = (codes: readonly (string | undefined)[]): string => {
  const lost = lostOf(codes);
  return `${shown(codes.length - lost.length)} of ${shown(codes.length)}${lost[0] ? ` (${[...new Set(lost)].join(", ")})` : ""}`;
};

const measure = async (stage: Stage, home: string) => {
  const name = nameStore();
  try {
    await stage.store.put("bucket", "there", "A");
    const outages = await outlastOutages(stage, name, home, stage.count(600, 60));
    if (name.missed === 0) throw new Error("the store's name was always found");
    const skewed = await outlastSkew(stage, home, stage.count(20, 2));
    if (skewed.refused < skewed.codes.length)
      throw new Error(`only ${skewed.refused} refusals for their time in ${skewed.codes.length} operations`);
    const told = await tellInWords(stage, name, home, stage.count(20));
    return {
      held: lostOf([...outages, ...skewed.codes]).length === 0 && told.wrong.length === 0,
      figure: `${recovered(outages)} after an outage, ${recovered(skewed.codes)} with a clock that is 10 minutes off; ${told.wrong[0] ?? 0} of ${shown(told.errors + told.wrong.length)} errors without words that help`,
    };
  } finally {
    name.end();
  }
};

export const row: Row = {
  number: 18,
  hazard:
    "the store is gone for 5 s: connections are refused or reset, its name is not found, or all is answered with 503; this machine's clock is wrong; the session token has expired, or the name is never found",
  required:
    "retried with a budget of seconds where it may pass: recovered after 5 s of outage, and with another clock: 100 % of idempotent operations; else told in words that say what to do, by every operation: errors without them 0",
  measure: (stage) => withFolder("reliability-", (home) => measure(stage, home)),
  mutants: [
    { file: "src/core/retry.ts", from: "200 * 3 ** (attempts - 1)", to: "20 * 3 ** (attempts - 1)" },
    {
      file: "src/core/retry.ts",
      from: 'errorType !== "CLIENT_ERROR" || isThrottled(error)',
      to: '(errorType !== "CLIENT_ERROR" && !["ENOTFOUND", "EAI_AGAIN"].includes(codeOf(error))) || isThrottled(error)',
    },
    {
      file: "src/core/retry.ts",
      from: 'errorType !== "CLIENT_ERROR" || isThrottled(error)',
      to: '(errorType !== "CLIENT_ERROR" && statusOf(error) !== 403) || isThrottled(error)',
    },
    {
      file: "src/core/codes.ts",
      from: '  ExpiredToken: { ...token, what: "the session token has expired" },\n',
      to: "",
    },
    {
      file: "src/core/codes.ts",
      from: "Check the endpoint, the region and the bucket for typing errors, and the network's DNS.",
      to: "Try again.",
    },
    {
      file: "src/core/head.ts",
      from: "    if (statusOf(error) === 405 && versionId)",
      to: "    if (statusOf(error) === 400) return undefined;\n    if (statusOf(error) === 405 && versionId)",
    },
  ],
};
