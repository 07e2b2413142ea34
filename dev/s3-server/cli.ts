#!/usr/bin/env node
/** `npm run s3`: the server alone, until Ctrl-C. */
import { resolve } from "node:path";
import { parseArgs } from "node:util";
import { S3Error } from "./errors";
import type { S3ServerOptions } from "./options";
import { startS3Server } from "./server";

const HELP = `Usage: npm run s3 -- [options]

An S3 server, on this machine only. It holds everything in memory, where it is gone when the server ends (Ctrl-C), or in
a folder, where the next server on the same folder finds it.

  --port <number>        port to listen on (default 9000; 0: any free one)
  --host <address>       address to listen on (default 127.0.0.1)
  --access-key <key>     access key (default test-access-key)
  --secret-key <key>     secret key (default test-secret-key)
  --region <name>        region (default us-east-1)
  --bucket <name>        a bucket to begin with; may be given several times
  --domain <name>        a domain whose subdomains are buckets, beside localhost; several times
  --folder <path>        keep buckets and objects in this folder; made when it is missing
  --latency <ms>         wait so long before each answer (default 0)
  --help                 this text
`;

/** The options that a command line asks for; undefined when it asks for help. Throws an Error for what is wrong with it. */
export function parseCommandLine(args: string[]): S3ServerOptions | undefined {
  const text = { type: "string" } as const;
  const texts = { type: "string", multiple: true } as const;
  const { values } = parseArgs({
    args,
    options: {
      port: text,
      host: text,
      "access-key": text,
      "secret-key": text,
      region: text,
      bucket: texts,
      domain: texts,
      folder: text,
      latency: text,
      help: { type: "boolean", short: "h" },
    },
  });
  if (values.help) return undefined;
  for (const name of ["host", "access-key", "secret-key", "region", "folder"] as const) {
    if (values[name] === "") throw new Error(`--${name} is empty`);
  }
  return {
    port: wholeNumber("port", values.port, 9000, 65_535),
    latency: wholeNumber("latency", values.latency, 0, 3_600_000),
    ...(values.host !== undefined && { host: values.host }),
    ...(values["access-key"] !== undefined && { accessKey: values["access-key"] }),
    ...(values["secret-key"] !== undefined && { secretKey: values["secret-key"] }),
    ...(values.region !== undefined && { region: values.region }),
    ...(values.folder !== undefined && { folder: values.folder }),
    buckets: values.bucket ?? [],
    domains: values.domain ?? [],
  };
}

function wholeNumber(name: string, text: string | undefined, otherwise: number, most: number): number {
  if (text === undefined) return otherwise;
  const value = Number(text);
  if (!/^\d+$/.test(text) || value > most)
    throw new Error(`--${name} must be a whole number up to ${most}, not "${text}"`);
  return value;
}

function explain(error: unknown, options: S3ServerOptions | undefined): string {
  if (error instanceof S3Error) return `${error.message} (${Object.values(error.extra).join(", ")})`;
  const { code, message } = error as NodeJS.ErrnoException;
  if (code === "EADDRINUSE") return `port ${options?.port} is taken; choose another with --port, or 0 for any`;
  if (code === "EACCES") return `port ${options?.port} needs rights that you do not have; choose one above 1023`;
  if (code === "EADDRNOTAVAIL" || code === "ENOTFOUND") return `${options?.host} is no address of this machine`;
  return message;
}

async function main(): Promise<void> {
  let options: S3ServerOptions | undefined;
  try {
    options = parseCommandLine(process.argv.slice(2));
    if (!options) {
      process.stdout.write(HELP);
      return;
    }
    const server = await startS3Server(options);
    // a secret that was given is not shown: terminals and logs are read by others
    const secret = options.secretKey === undefined ? server.secretKey : "(as given)";
    console.log(`S3 server on ${server.endpoint}`);
    console.log(`access key ${server.accessKey}, secret key ${secret}, region ${server.region}`);
    if (options.buckets?.length) console.log(`buckets: ${options.buckets.join(", ")}`);
    if (options.folder !== undefined) console.log(`kept in ${resolve(options.folder)}`);
    const end = (): void => void server.close().then(() => process.exit(0));
    process.once("SIGINT", end).once("SIGTERM", end);
  } catch (error) {
    console.error(`${explain(error, options)}\nTry --help.`);
    process.exitCode = 1;
  }
}

if (require.main === module) void main();
