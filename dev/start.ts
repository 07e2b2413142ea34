// `npm start`: an S3 server, Node-RED with this package, and the tour, which has run when the editor is opened.
import { randomBytes } from "node:crypto";
import { whenNpmIsGone } from "./demo/ancestors";
import { type DemoFolder, openDemoFolder } from "./demo/demo-folder";
import { type Filling, fillIn, readFlow, startAndResults } from "./demo/flows";
import { help, type Options, type RealBucket, readOptions, UsageError } from "./demo/options";
import { startNodeRed } from "./demo/process";
import { startStore } from "./demo/store";
import { FolderError } from "./s3-server";

const randomKey = () => randomBytes(15).toString("base64url");

const fillingFor = ({ bucket, region, endpoint, keysInEnvironment, sessionToken }: RealBucket): Filling => ({
  auth: keysInEnvironment ? "keys" : "default",
  endpoint,
  credentials: {
    region,
    bucket,
    ...(keysInEnvironment && { accessKey: `\${AWS_ACCESS_KEY_ID}`, secretKey: `\${AWS_SECRET_ACCESS_KEY}` }),
    ...(keysInEnvironment && sessionToken && { sessionToken: `\${AWS_SESSION_TOKEN}` }),
  },
});

const describe = ({ real, run }: Options, finished: boolean, kept: DemoFolder | undefined): string => {
  if (kept && !kept.isNew) return "the flows and the objects are as you left them";
  const where = real ? `, in the bucket ${real.bucket}${real.endpoint && ` at ${new URL(real.endpoint).host}`}` : "";
  if (!run) return `nothing has run yet${where}: press the button of "start the tour", which touches tour/ only`;
  if (finished) return `the tour has run${where}: look at the debug sidebar`;
  return `the tour did not come to its end${where}: the debug sidebar says why`;
};

const main = async (options: Options): Promise<number> => {
  const stop = new AbortController();
  for (const signal of ["SIGINT", "SIGTERM", "SIGHUP"] as const) process.on(signal, () => stop.abort());
  whenNpmIsGone(() => stop.abort());
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener("abort", () => resolve()));

  const kept = options.folder === undefined ? undefined : openDemoFolder(options.folder);
  const { accessKey, secretKey } = kept ?? { accessKey: randomKey(), secretKey: randomKey() };
  const store = options.real ? undefined : await startStore(accessKey, secretKey, kept);
  const tour = readFlow("examples/tour.json");
  const flows = store ? [...tour, ...readFlow("dev/demo/look-around.json")] : tour;
  const filling = options.real ? fillingFor(options.real) : (store?.filling as Filling);
  const order = {
    port: options.port,
    credentialSecret: kept?.credentialSecret ?? randomBytes(32).toString("hex"),
    ...((!kept || kept.isNew) && {
      flows: fillIn(flows, filling),
      ...(options.run && { run: startAndResults(tour) }),
    }),
  };

  const nodeRed = await startNodeRed(order, stop.signal, kept?.userDir);
  const { answer } = nodeRed;
  if ("failure" in answer) {
    if (answer.failure) console.error(answer.failure);
  } else {
    const end = kept ? `Ctrl-C ends it, ${kept.path} keeps it` : "Ctrl-C ends everything";
    console.log(`Open http://127.0.0.1:${answer.port}/  (${describe(options, answer.finished, kept)}; ${end})`);
    await Promise.race([stopped, nodeRed.ended]);
    if (!stop.signal.aborted) console.error("Node-RED has ended; the lines above say why");
  }
  const asked = stop.signal.aborted;
  await nodeRed.end();
  await store?.close();
  return asked ? 0 : 1;
};

const start = async (): Promise<number> => {
  try {
    const options = readOptions(process.argv.slice(2), process.env);
    if (!options.help) return await main(options);
    console.log(help);
    return 0;
  } catch (error) {
    console.error(error instanceof UsageError || error instanceof FolderError ? error.message : error);
    return error instanceof UsageError ? 2 : 1;
  }
};

start().then((code) => process.exit(code));
