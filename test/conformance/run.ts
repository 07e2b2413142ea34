/**
 * `npm run test:s3 [-- options] [SERVER…]`: the conformance suite. Servers are those of dev/servers, by default the
 * embedded one, `all` for each of them; with S3_ENDPOINT in the environment, whatever is there.
 *   --only TEXT    the checks whose id contains TEXT
 *   --verbose      a line for each check
 *   --matrix FILE  writes the matrix of all servers that ran into FILE, between its markers
 *   --check FILE   fails when the matrix in FILE is not what was found, and what deviations/ says of other servers
 */

import { parseArgs } from "node:util";
import { type BootedServer, bootServer, serverNames } from "../../dev/servers/servers";
import { exitWith } from "../support/checks";
import { checks } from "./checks";
import type { Target } from "./context";
import { matrixDrift, writeMatrix } from "./matrix";
import { type Outcome, runChecks } from "./suite";

const fromEnvironment = (env: NodeJS.ProcessEnv): Target | undefined => {
  if (!env.S3_ENDPOINT) return undefined;
  const target: Target = {
    name: env.S3_SERVER ?? "endpoint",
    endpoint: env.S3_ENDPOINT,
    accessKey: env.AWS_ACCESS_KEY_ID ?? "",
    secretKey: env.AWS_SECRET_ACCESS_KEY ?? "",
    region: env.AWS_REGION ?? "us-east-1",
  };
  if (env.S3_DOMAIN) target.domain = env.S3_DOMAIN;
  if (env.STS_ENDPOINT && env.STS_ROLE_ARN) target.sts = { endpoint: env.STS_ENDPOINT, roleArn: env.STS_ROLE_ARN };
  return target;
};

const main = async (): Promise<number> => {
  const { values, positionals } = parseArgs({
    args: process.argv.slice(2),
    allowPositionals: true,
    options: {
      only: { type: "string" },
      matrix: { type: "string" },
      check: { type: "string" },
      verbose: { type: "boolean", default: false },
    },
  });
  const chosen = values.only === undefined ? checks : checks.filter(({ id }) => id.includes(values.only as string));
  if (values.only !== undefined && (values.matrix ?? values.check) !== undefined) {
    throw new Error("a matrix is of all checks: not with --only");
  }
  if (chosen.length === 0) throw new Error(`no check's id contains ${values.only}`);
  const results = new Map<string, Outcome[]>();
  let good = 0;
  let bad = 0;
  const against = async (target: Target): Promise<void> => {
    console.log(`\n${target.name}: ${chosen.length} checks`);
    const outcomes = await runChecks(target, chosen, ({ check, verdict, found }) => {
      if (verdict === "fail")
        console.log(`  FAIL  ${check.id}: ${check.title}\n        ${found}\n        ${check.source}`);
      else if (verdict === "stale") console.log(`  STALE ${check.id}: conforms now; take it out of deviations/`);
      else if (values.verbose)
        console.log(`  ${verdict === "pass" ? "ok   " : "known"} ${check.id}${found ? `: ${found}` : ""}`);
    });
    results.set(target.name, outcomes);
    const count = (verdict: Outcome["verdict"]) => outcomes.filter((one) => one.verdict === verdict).length;
    console.log(
      `${target.name}: ${count("pass")} as S3 does it, ${count("known")} known deviations, ${count("fail")} unknown, ${count("stale")} stale`,
    );
    good += count("pass") + count("known");
    bad += count("fail") + count("stale");
  };
  const own = fromEnvironment(process.env);
  if (own) await against(own);
  const named = positionals.includes("all") ? serverNames : positionals;
  for (const name of own ? [] : named.length > 0 ? named : ["embedded"]) {
    if (!serverNames.includes(name as never)) throw new Error(`there is no server ${name}: ${serverNames.join(", ")}`);
    let server: BootedServer | undefined;
    try {
      server = await bootServer(name as never);
      await against(server);
    } catch (error) {
      // The others run all the same.
      console.log(`\n${name}: FAIL ${error instanceof Error ? error.stack : error}`);
      bad++;
    } finally {
      await server?.down();
    }
  }
  if (values.matrix !== undefined) writeMatrix(values.matrix, chosen, results);
  if (values.check !== undefined) {
    const drift = matrixDrift(values.check, chosen, results);
    if (drift.length === 0) good++;
    else {
      bad++;
      const shown = drift.slice(0, 20);
      console.log(`\n${values.check} is not what was found (+):\n${shown.join("\n")}`);
      if (shown.length < drift.length) console.log(`… and ${drift.length - shown.length} more lines`);
      console.log(`make it again: npm run test:s3 -- --matrix ${values.check} all`);
    }
  }
  console.log(`\n${good} passed, ${bad} failed`);
  return bad > 0 ? 1 : 0;
};

exitWith(main());
