import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { FlowNode } from "./flows";
import { UsageError } from "./options";

/** What the demo needs again at its next start, and nobody else may read. */
interface Secrets {
  accessKey: string;
  secretKey: string;
  /** What Node-RED encrypts the flows' credentials with. */
  credentialSecret: string;
  /** Of the store, at its last start: the flows name it. */
  port: number;
}

/** The folder of `npm start -- --folder`: the store, Node-RED's user directory, and the keys of both. */
export interface DemoFolder extends Readonly<Secrets> {
  path: string;
  store: string;
  userDir: string;
  /** Whether there are no flows in it yet: nothing was ever deployed. */
  isNew: boolean;
  /** The store listens there now: kept, and told to the flows. To be called once the store has the folder. */
  movedTo(port: number): void;
}

const randomKey = (): string => randomBytes(15).toString("base64url");

/** Opens it; a missing one is made. Throws a UsageError where something else lies in it. */
export const openDemoFolder = (folder: string): DemoFolder => {
  const path = resolve(folder);
  const file = join(path, "keys.json");
  const secrets = readSecrets(path, file);
  const userDir = join(path, "node-red");
  const flowFile = join(userDir, "flows.json");
  return {
    ...secrets,
    path,
    store: join(path, "store"),
    userDir,
    isNew: !existsSync(flowFile),
    movedTo(port) {
      if (port === secrets.port) return;
      if (existsSync(flowFile)) moveFlows(flowFile, secrets.port, port);
      replace(file, { ...secrets, port });
    },
  };
};

const readSecrets = (path: string, file: string): Secrets => {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
    const [other] = existsSync(file) ? [] : readdirSync(path);
    if (other !== undefined)
      throw new UsageError(`The folder ${path} holds other things, ${other} for one: give an empty one, or a new one`);
    chmodSync(path, 0o700);
    const credentialSecret = randomBytes(32).toString("hex");
    const fresh: Secrets = { accessKey: randomKey(), secretKey: randomKey(), credentialSecret, port: 0 };
    // Two starts at the same moment must not each believe in keys of their own.
    if (!existsSync(file)) writeFileSync(file, JSON.stringify(fresh), { mode: 0o600, flag: "wx" });
    return JSON.parse(readFileSync(file, "utf8"));
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`The folder ${path} cannot be used: ${(error as Error).message}`);
  }
};

const moveFlows = (file: string, from: number, to: number): void => {
  const flows: FlowNode[] = JSON.parse(readFileSync(file, "utf8"));
  for (const node of flows) {
    if (node.type === "amazon-s3-config" && node.endpoint === `http://127.0.0.1:${from}`)
      node.endpoint = `http://127.0.0.1:${to}`;
  }
  replace(file, flows);
};

/** In one step, so that a start that is cut off leaves the old or the new. */
const replace = (file: string, content: unknown): void => {
  writeFileSync(`${file}.new`, JSON.stringify(content, null, 4), { mode: 0o600 });
  renameSync(`${file}.new`, file);
};
