import type { S3Server } from "../../dev/s3-server";
import { cert } from "../s3-server/certificate";
import type { Canaries } from "./canaries";
import { clientKey, passphrase } from "./client-key";
import type { Failure, Stage } from "./failures";
import { connectionOf, flowOf, idOf, verbs, work } from "./flow";
import type { HeldForTheHeap } from "./heap";
import { type Leak, leaksIn } from "./leaks";
import type { NodeRed } from "./node-red";
import { ways } from "./ways";

/** Where all of it happens. */
export interface Place extends Stage {
  nodeRed: NodeRed;
  canaries: Canaries;
  folder: string;
}

/** How a failure went. */
export interface Ended {
  /** All but what Node-RED itself tells the editor of a connection whose form it opens. */
  leaks: Leak[];
  /** How many messages, errors, log entries and so on were looked at. */
  searched: number;
  errors: number;
  /** The code that the read node gave, with keys that are typed in. */
  code: unknown;
}

const forget = (server: S3Server): void => {
  server.hooks.length = 0;
  for (const path of ["in/a.txt", "in/b.txt", "gone/a.txt", "gone/b.txt", "old/a.txt"]) server.put("bucket", path, "A");
};

/** Temporary keys are secrets too: those that the server gives out are looked for from then on. */
const watchKeys = (server: S3Server, canaries: Canaries): void => {
  const look = (body: Buffer): Buffer => {
    for (const name of ["AccessKeyId", "SecretAccessKey", "SessionToken"]) {
      const [, secret] = new RegExp(`<${name}>([^<]+)`).exec(body.toString()) ?? [];
      if (secret) canaries.add(`a temporary ${name}`, secret);
    }
    return body;
  };
  server.hook({ operation: "AssumeRole", body: look });
};

const tls = { id: "tls", type: "tls-config", name: "", cert: "", key: "", ca: "", verifyservercert: true };

const fields = { auth: "keys", pathStyle: "auto", region: "us-east-1", bucket: "bucket" };

/** What the forms ask of the server, and what Node-RED's own editor does. */
const askAll = async ({ ask }: NodeRed, endpoint: string, accessKey: string): Promise<void> => {
  const typed = { ...fields, endpoint, accessKey, secretKey: "__PWRD__", sessionToken: "__PWRD__", timeout: "2" };
  for (const way of ["token", "chain", "role"]) {
    const id = connectionOf(way);
    const form = { id, fields: typed, bucket: "", folder: "in/" };
    if (way === "token")
      for (const path of ["try", "browse", "buckets"]) await ask(`amazon-s3/connection/${path}`, form);
    await ask("amazon-s3/deployed/browse", { id, folder: "in/" });
    await ask("amazon-s3/deployed/matches", { id, folder: "in/", patterns: ["*"] });
    await ask("amazon-s3/deployed/preview", { id, path: "in/a.txt" });
    await ask("amazon-s3/deployed/buckets", { id });
    await ask(`credentials/amazon-s3-config/${id}`);
  }
  for (const path of ["flows", "flows/state", "settings", "diagnostics", "context/global", "context/flow/tab"])
    await ask(path);
};

/** The access key is a credential of type text, which Node-RED sends to an editor that opens its form, and to nobody else. */
const isForTheForm = ({ channel, names, near }: Leak): boolean =>
  channel === "admin routes" &&
  near.startsWith("credentials/amazon-s3-config/") &&
  names.every((name) => name.startsWith("accessKey "));

/** Deploys every node for every way to sign in, has it fail, and searches all that is shown. */
export const fail = async (place: Place, failure: Failure, held: HeldForTheHeap): Promise<Ended> => {
  const { server, nodeRed, canaries, folder } = place;
  const { shown } = nodeRed;
  forget(server);
  watchKeys(server, canaries);
  const undo = failure.prepare?.(place);
  if (failure.hook) server.hook(failure.hook);
  const more = failure.connection?.(place) ?? {};
  const { flows, credentials } = flowOf(server.endpoint, more);
  const certificate = { certdata: cert, keydata: clientKey("another passphrase"), passphrase };
  await nodeRed.deploy([...flows, tls], { ...credentials, tls: certificate });
  const payloads = work(folder);
  const running = Object.keys(ways).flatMap((way) =>
    verbs.map(async (verb) => {
      const payload = { ...payloads[verb], ...failure.payload };
      return { id: idOf(verb, way), error: await nodeRed.send(idOf(verb, way), { payload }) };
    }),
  );
  if (failure.redeploy) {
    while (server.inFlight < verbs.length) await new Promise((resolve) => setTimeout(resolve, 5));
    await nodeRed.deploy([...flows, { ...tls, name: "other" }]);
  }
  const ended = await Promise.all(running);
  const endpoint = (more as { endpoint?: string }).endpoint ?? server.endpoint;
  if (!failure.redeploy)
    await askAll(nodeRed, endpoint, (credentials[connectionOf("token")] as { accessKey: string }).accessKey);
  nodeRed.readFiles();
  undo?.();
  const codes = ended.map(({ error }) => (error as { code?: string } | undefined)?.code);
  const missing = ended.find(({ error }) => /missing or disabled/.test(String(error)));
  if (missing) throw new Error(`the connection of ${missing.id} was not deployed`);
  const errors = codes.filter((code) => code !== undefined).length;
  held.values.push(...shown.errors, ...shown.messages);
  const first = ended.find(({ id }) => id === idOf("read", "typed"))?.error as { code?: unknown } | undefined;
  const leaks = leaksIn(shown, canaries).filter((leak) => !isForTheForm(leak));
  const searched = Object.values(shown).reduce((sum, list) => sum + list.length, 0);
  return { leaks, searched, errors, code: first?.code };
};
