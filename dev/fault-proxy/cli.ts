/** `npm run faults`: the proxy alone, until Ctrl-C. */
import { parseArgs } from "node:util";
import { startFaultProxy } from "./fault-proxy";
import { type FaultKind, faultKinds } from "./random-fault";
import { randomPlan } from "./random-plan";

const HELP = `Usage: npm run faults -- --target http://127.0.0.1:9000 [options]

A proxy between clients and an S3 server, on this machine only, in which requests meet what networks and stores do on bad
days. Give its address to the client as the endpoint. It prints a line for each request that something befalls.

  --target <url>     the server
  --port <number>    port to listen on (default: any free one)
  --seed <number>    of what befalls which request: the same seed does the same (default: one that is printed)
  --rate <share>     of the requests that something befalls, 0 to 1 (default 0.2)
  --kinds <names>    only these, with commas between: ${faultKinds.slice(0, 6).join(", ")},
                     ${faultKinds.slice(6).join(", ")} (default: all but otherByte)
  --help             this text
`;

const numberOf = (name: string, text: string | undefined, otherwise: number, most: number): number => {
  const value = text === undefined ? otherwise : Number(text);
  if (text !== undefined && (!/^[\d.]+$/.test(text) || !(value <= most)))
    throw new Error(`--${name} must be a number up to ${most}, not "${text}"`);
  return value;
};

const kindsOf = (text: string | undefined): FaultKind[] | undefined => {
  const kinds = text?.split(",");
  const unknown = kinds?.filter((kind) => !faultKinds.includes(kind as FaultKind));
  if (unknown && unknown.length > 0) throw new Error(`there is no fault ${unknown.join(", ")}`);
  return kinds as FaultKind[] | undefined;
};

const main = async (): Promise<void> => {
  const text = { type: "string" } as const;
  const { values } = parseArgs({
    options: { target: text, port: text, seed: text, rate: text, kinds: text, help: { type: "boolean", short: "h" } },
  });
  if (values.help) {
    process.stdout.write(HELP);
    return;
  }
  if (!values.target) throw new Error("--target is missing");
  const seed = numberOf("seed", values.seed, Math.floor(Math.random() * 2 ** 31), 2 ** 31);
  const rate = numberOf("rate", values.rate, 0.2, 1);
  const kinds = kindsOf(values.kinds);
  const drawn = randomPlan({ seed, rate, ...(kinds && { kinds }) });
  const proxy = await startFaultProxy({
    target: values.target,
    port: numberOf("port", values.port, 0, 65_535),
    async plan(request) {
      const fault = await drawn(request);
      if (fault) console.log(`${request.index} ${request.method} ${request.path}: ${JSON.stringify(fault)}`);
      return fault;
    },
  });
  console.log(`from ${proxy.endpoint} to ${values.target}, seed ${seed}, rate ${rate}`);
  const end = (): void => void proxy.close().then(() => process.exit(0));
  process.once("SIGINT", end).once("SIGTERM", end);
};

main().catch((error: Error) => {
  console.error(`${error.message}\nTry --help.`);
  process.exitCode = 1;
});
