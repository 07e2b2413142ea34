import { parseArgs } from "node:util";

/** A bucket that is not the demo's own. Its keys stay where they are: in the environment or in the SDK's default chain. */
export interface RealBucket {
  bucket: string;
  region: string;
  /** Empty for AWS. */
  endpoint: string;
  /** Whether the keys are in AWS_ACCESS_KEY_ID and its sisters; else the SDK looks for them. */
  keysInEnvironment: boolean;
  sessionToken: boolean;
}

export interface Options {
  help: boolean;
  /** Of the editor; 0 is any free one. */
  port: number;
  /** Where the embedded server's objects and the flows are kept; without it, they are gone at the end. */
  folder?: string;
  /** Without it, the embedded S3 server is used. */
  real?: RealBucket;
  /** Whether to run the tour. A real bucket is left alone unless asked. */
  run: boolean;
}

/** A mistake in the command line or the environment, told in words that say what to do. */
export class UsageError extends Error {}

export const help = `npm start [-- options]

Starts an S3 server and Node-RED on this machine, with a flow that shows the nodes at work.

  --port N        port of the editor (a free one)
  --folder PATH   keep the objects and the flows in this folder, and find them there the next time
  --bucket NAME   use this bucket instead of the embedded server (S3_BUCKET)
  --endpoint URL  the store it is in, unless it is AWS (S3_ENDPOINT)
  --region NAME   its region (AWS_REGION, AWS_DEFAULT_REGION; us-east-1 with an endpoint)
  --run           run the tour in that bucket at once; it writes and purges tour/ only
  --help          this text

The keys of a real bucket come from AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN,
or from wherever the AWS SDK finds some (a profile, SSO, an instance).`;

const readFlags = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: {
        port: { type: "string" },
        folder: { type: "string" },
        bucket: { type: "string" },
        endpoint: { type: "string" },
        region: { type: "string" },
        run: { type: "boolean", default: false },
        help: { type: "boolean", short: "h", default: false },
      },
    }).values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message.split(". ")[0]}. See: npm start -- --help`);
  }
};

const readPort = (port: string | undefined): number => {
  if (port === undefined) return 0;
  if (/^\d{1,5}$/.test(port) && Number(port) <= 65535) return Number(port);
  throw new UsageError(`--port must be a number from 0 to 65535, not ${JSON.stringify(port)}`);
};

const checkEndpoint = (endpoint: string): void => {
  const url = URL.canParse(endpoint) ? new URL(endpoint) : undefined;
  // The value is not repeated: someone may have put keys into it.
  if (!url || !/^https?:$/.test(url.protocol))
    throw new UsageError("The endpoint must be a URL such as https://s3.example.com");
  if (url.username || url.password)
    throw new UsageError(
      "The endpoint must not hold keys: they belong into AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY",
    );
};

/** The options of `npm start`. Throws a UsageError that says what to change. */
export const readOptions = (args: readonly string[], env: NodeJS.ProcessEnv): Options => {
  const flags = readFlags(args);
  const port = readPort(flags.port);
  const bucket = flags.bucket ?? env.S3_BUCKET ?? "";
  const endpoint = flags.endpoint ?? env.S3_ENDPOINT ?? "";
  if (flags.folder === "") throw new UsageError("--folder needs the path of a folder");
  // Keys alone do not point the demo at a real bucket: many people have some in their environment.
  if (!bucket && !endpoint) {
    if (flags.region) throw new UsageError("--region needs a bucket: name one with --bucket or S3_BUCKET");
    return { help: flags.help, port, run: true, ...(flags.folder && { folder: flags.folder }) };
  }
  if (flags.help) return { help: true, port, run: false };
  if (flags.folder)
    throw new UsageError(
      "--folder keeps the embedded server, and a bucket is named: leave --folder out, or --bucket, --endpoint, S3_BUCKET and S3_ENDPOINT",
    );
  if (endpoint) checkEndpoint(endpoint);
  if (!bucket) throw new UsageError("An endpoint needs a bucket: name one with --bucket or S3_BUCKET");
  const region = flags.region || env.AWS_REGION || env.AWS_DEFAULT_REGION || (endpoint && "us-east-1");
  if (!region) throw new UsageError("The bucket's region is missing: give it with --region or AWS_REGION");
  const [accessKey, secretKey] = [env.AWS_ACCESS_KEY_ID, env.AWS_SECRET_ACCESS_KEY];
  if (!accessKey !== !secretKey)
    throw new UsageError(`${accessKey ? "AWS_SECRET_ACCESS_KEY" : "AWS_ACCESS_KEY_ID"} is missing: set both or none`);
  const real: RealBucket = {
    bucket,
    region,
    endpoint,
    keysInEnvironment: Boolean(accessKey),
    sessionToken: Boolean(env.AWS_SESSION_TOKEN),
  };
  return { help: false, port, real, run: flags.run };
};
