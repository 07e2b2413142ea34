import type { S3Server } from "../../dev/s3-server";
import { cert } from "../s3-server/certificate";
import { asksOf, codesOf } from "./asks";
import type { Canaries } from "./canaries";
import { clientKey, passphrase } from "./client-key";
import type { Failure, Stage } from "./failures";
import { connectionOf, flowOf, idOf } from "./flow";
import type { HeldForTheHeap } from "./heap";
import { type Leak, leaksIn } from "./leaks";
import type { NodeRed } from "./node-red";
import { keys, type WayName, ways } from "./ways";

/** Where all of it happens. */
export interface Place extends Stage {
  nodeRed: NodeRed;
  canaries: Canaries;
}

/** How a failure went. */
export interface Ended {
  /** All but what Node-RED itself tells the editor of a connection whose form it opens. */
  leaks: Leak[];
  /** How many messages, errors, log entries and so on were looked at. */
  searched: number;
  errors: number;
  /** What was said that should not have been, by node and way to sign in. */
  wrong: string[];
  /** The codes that came, by way to sign in. */
  seen: [way: string, codes: string[]][];
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
const askAll = async ({ ask }: NodeRed, endpoint: string, deployed: readonly string[]): Promise<void> => {
  const { accessKey } = keys.token;
  const typed = { ...fields, endpoint, accessKey, secretKey: "__PWRD__", sessionToken: "__PWRD__", timeout: "2" };
  for (const way of ["token", "chain", "profile", "role"].filter((one) => deployed.includes(one))) {
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
  const { server, nodeRed, canaries } = place;
  const { shown } = nodeRed;
  forget(server);
  watchKeys(server, canaries);
  const undo = await failure.prepare?.(place);
  if (failure.hook) server.hook(failure.hook);
  const more = failure.connection?.(place) ?? {};
  const names = failure.ways ?? (Object.keys(ways) as WayName[]);
  const asks = asksOf(failure, place);
  const { flows, credentials } = flowOf(server.endpoint, more, asks, names);
  const certificate = { certdata: cert, keydata: clientKey("another passphrase"), passphrase };
  const trusting = { ...tls, id: "trusting" };
  await nodeRed.deploy([...flows, tls, trusting], { ...credentials, tls: certificate, trusting: { cadata: cert } });
  const running = names.flatMap((way) =>
    asks.map(async (ask) => {
      const id = idOf(ask, way);
      return { id, way, ask, error: await nodeRed.send(id, { payload: ask.payload }) };
    }),
  );
  if (failure.redeploy) {
    while (server.inFlight < asks.length) await new Promise((resolve) => setTimeout(resolve, 5));
    await nodeRed.deploy([...flows, { ...tls, name: "other" }]);
  }
  const ended = await Promise.all(running);
  const endpoint = (more as { endpoint?: string }).endpoint ?? server.endpoint;
  if (!failure.redeploy) await askAll(nodeRed, endpoint, names);
  // Until the contexts are written, which is told of in the log.
  await new Promise((resolve) => setTimeout(resolve, 200));
  nodeRed.readFiles();
  undo?.();
  const missing = ended.find(({ error }) => /missing or disabled/.test(String(error)));
  if (missing) throw new Error(`the connection of ${missing.id} was not deployed`);
  const wrong = ended.flatMap(({ way, ask, error }) => {
    if (ask.code === "whatever") return [];
    const wanted = failure.elsewhere && way in failure.elsewhere ? failure.elsewhere[way] : ask.code;
    const told = codesOf(error).join(" ");
    const isWanted = wanted ? wanted.test(told) : error === undefined;
    return isWanted ? [] : `${ask.verb} (${way}) says ${told || "nothing"} in place of ${wanted ?? "nothing"}`;
  });
  held.values.push(...shown.errors, ...shown.messages);
  const leaks = leaksIn(shown, canaries).filter((leak) => !isForTheForm(leak));
  const searched = Object.values(shown).reduce((sum, list) => sum + list.length, 0);
  const errors = ended.filter(({ error }) => error !== undefined).length;
  return { leaks, searched, errors, wrong, seen: ended.map(({ way, error }) => [way, codesOf(error)]) };
};
