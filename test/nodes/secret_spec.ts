import "should";
import { inspect } from "node:util";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { type Bench, deploy, type Message } from "../support/bench";
import { withEnvironment } from "../support/environment";

/** Words that stand for nothing else, so that finding one anywhere is a leak. */
const canaries = {
  accessKey: "CANARYACCESSKEY00001",
  secretKey: "canarySecretKey+/abcdefghijklmnopqrstu",
  sessionToken: "canarySessionToken//zyxwvutsrqponmlkjihgfe==",
};

const seen = (value: unknown): string =>
  inspect(value, { showHidden: true, depth: Number.POSITIVE_INFINITY, maxArrayLength: null, maxStringLength: null });

/** Constructors of whatever hangs on a value, at any depth, hidden properties and prototypes included. */
const constructors = (value: unknown, found = new Set<string>(), met = new Set<unknown>()): Set<string> => {
  if ((typeof value !== "object" && typeof value !== "function") || value === null || met.has(value)) return found;
  met.add(value);
  found.add(Object.getPrototypeOf(value)?.constructor?.name ?? "null");
  for (const key of Reflect.ownKeys(value)) {
    const { value: inner } = Object.getOwnPropertyDescriptor(value, key) ?? {};
    constructors(inner, found, met);
  }
  return found;
};
const foreign = /ServiceException|Command|Client|IncomingMessage|Socket|HttpRe|NodeHttp|Agent|SdkStream/;

describe("secrets", () => {
  let server: S3Server;
  let bench: Bench;
  before(async () => {
    server = await startS3Server({ users: [canaries], buckets: ["bucket"] });
    server.put("bucket", "a.txt", "A");
    server.put("bucket", "lines", "a\nb");
  });
  after(() => server.close());
  afterEach(async () => {
    server.hooks.length = 0;
    await bench.close();
  });

  /** Everything that anybody gets to see of a message. */
  const search = async (verb: string, config: object, credentials: object, payload: object): Promise<Message> => {
    bench = await deploy(
      verb,
      { ...config },
      { server, credentials: { ...canaries, ...credentials }, connection: { maxAttempts: 2, timeout: 0.3 } },
    );
    const outcome = await bench.send({ payload });
    const { messages, caught, error } = outcome;
    const logs = bench.log().map(([{ msg, ...entry }]: Message[]) => [entry, msg]);
    const channels = { messages, caught, error, statuses: bench.statuses, logs };
    for (const [channel, value] of Object.entries(channels)) {
      const text = `${seen(value)} ${JSON.stringify(value)} ${error?.stack}`;
      for (const canary of [...Object.values(canaries), ...Object.values(credentials)]) {
        text.includes(canary).should.be.false(`${canary} in ${channel}: ${text.slice(0, 2000)}`);
      }
      text.should.not.match(/Signature=(?!…)|AWS4-HMAC|x-amz-security-token|StringToSign/i, channel);
      if (channel === "logs") continue;
      [...constructors(value)].filter((name) => foreign.test(name)).should.eql([], channel);
    }
    return outcome;
  };

  const causes: Record<string, { credentials?: object; hook?: object; payload?: object; code?: string }> = {
    "wrong secret": { credentials: { secretKey: "canaryOtherSecret" }, code: "SignatureDoesNotMatch" },
    "unknown key": { credentials: { accessKey: "CANARYUNKNOWN" }, code: "InvalidAccessKeyId" },
    "wrong token": { credentials: { sessionToken: "canaryWrongToken" }, code: "InvalidToken" },
    "no object": { payload: { path: "none" }, code: "NoSuchKey" },
    forbidden: { hook: { error: "AccessDenied" }, code: "AccessDenied" },
    "a reset": { hook: { reset: true }, code: "ECONNRESET" },
    "no answer": { hook: { stall: true }, code: "Timeout" },
    "not XML": { hook: { status: 500, handle: false, error: "InternalError", body: "<html>" } },
    "a wrong body": { hook: { body: "", headers: { etag: undefined } }, code: "InvalidResponse" },
    "an echo": {
      hook: {
        error: {
          code: "Odd",
          status: 400,
          message: `sent ${Object.values(canaries).join(" ")} Signature=abc&X-Amz-Signature=def`,
          extra: { StringToSign: `AWS4-HMAC-SHA256 ${canaries.secretKey}`, AWSAccessKeyId: canaries.accessKey },
        },
        headers: { "x-amz-request-id": canaries.sessionToken, "x-amz-id-2": canaries.secretKey },
      },
    },
    "an echo as code": { hook: { error: { code: canaries.accessKey, status: 400 } } },
  };
  for (const [label, { credentials = {}, hook, payload = { path: "a.txt" }, code }] of Object.entries(causes)) {
    it(`are in nothing that is handed on: ${label}`, async () => {
      if (hook) server.hook(hook);
      const { error } = await search("read", {}, credentials, payload);
      if (code) error.code.should.equal(code);
      else error.should.be.an.Error();
    });
  }

  it("are not in the results of keys that failed", async () => {
    const message = `Signature=abc for ${canaries.secretKey}`;
    server.hook({
      operation: "DeleteObjects",
      body: `<?xml version="1.0"?><DeleteResult><Error><Key>a.txt</Key><Code>Odd</Code><Message>${message}</Message></Error></DeleteResult>`,
      status: 200,
      handle: false,
    });
    const { error } = await search("delete", {}, {}, { path: ["a.txt"] });
    error.code.should.equal("PartialFailure");
    error.result.failed[0].code.should.equal("Odd");
  });

  for (const [verb, config, payload] of [
    ["read", {}, { path: "a.txt" }],
    ["read", { format: "lines" }, { path: "lines" }],
    ["list", {}, {}],
    ["download", { dryRun: "true", dryRunType: "bool" }, { path: "a.txt", target: "never-written" }],
    ["exist", {}, { path: "a.txt" }],
    ["write", {}, { path: "w", data: { a: 1 }, overwrite: true }],
    ["create", {}, { path: "c" }],
    ["purge", {}, { path: "nothing" }],
    ["delete", {}, { path: "w" }],
  ] as const) {
    it(`are in nothing that is handed on, nor an object of the SDK: success of ${verb}`, async () => {
      const { completed } = await search(verb, config, {}, { ...payload });
      completed.should.be.true();
    });
  }

  it("a stream is a plain one of Node.js, with nothing of the SDK or of node:http behind it", async () => {
    bench = await deploy("read", { format: "stream" }, { server, credentials: canaries });
    let kinds: string[] = [];
    bench.find("out0").on("input", ({ payload }: Message) => {
      kinds = [...constructors(payload)].filter((name) => foreign.test(name));
      payload.constructor.name.should.equal("Readable");
      seen(payload).includes(canaries.secretKey).should.be.false();
      payload.resume();
    });
    (await bench.send({ payload: { path: "a.txt" } })).completed.should.be.true();
    kinds.should.eql([]);
  });

  it("that only the SDK has looked up are not in what a service for temporary keys says of its request", async () => {
    server.hook(({ operation, headers }) =>
      operation === "AssumeRole"
        ? { error: { code: "AccessDenied", status: 403, message: `${headers["x-amz-security-token"]} refused` } }
        : undefined,
    );
    const environment = {
      AWS_ACCESS_KEY_ID: canaries.accessKey,
      AWS_SECRET_ACCESS_KEY: canaries.secretKey,
      AWS_SESSION_TOKEN: canaries.sessionToken,
    };
    const connection = { auth: "role", roleArn: "arn:aws:iam::111122223333:role/canary", stsEndpoint: server.endpoint };
    await withEnvironment(environment, async () => {
      const none = { accessKey: "", secretKey: "" };
      bench = await deploy("read", {}, { server, credentials: none, connection });
      const { error, caught } = await bench.send({ payload: { path: "a.txt" } });
      error.message.should.match(/refused/);
      seen([error, caught, bench.log()]).should.not.containEql(canaries.sessionToken);
    });
  });

  it("of a broken connection are not told", async () => {
    const connection = { endpoint: `http//${canaries.accessKey}:${canaries.secretKey}@host` };
    bench = await deploy("read", {}, { server, credentials: canaries, connection });
    const { error, caught } = await bench.send({ payload: { path: "a" } });
    error.code.should.equal("NoConnection");
    for (const canary of Object.values(canaries)) seen([error, caught, bench.statuses]).should.not.containEql(canary);
  });
});
