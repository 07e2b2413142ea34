import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import type { AddressInfo } from "node:net";
import { createServer } from "node:net";
import { join } from "node:path";
import type { Runtime } from "./runtimes";

/** A running Node-RED. */
export interface NodeRed {
  url: string;
  /** What it printed so far. */
  printed(): string;
  /** Asks its admin API. Throws unless the status is one of success. */
  ask(path: string, options?: { accept?: string; method?: string; body?: unknown }): Promise<string>;
  end(): Promise<void>;
}

const freePort = async (): Promise<number> => {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
};

const settings = `module.exports = {
  uiHost: "127.0.0.1",
  flowFile: "flows.json",
  credentialSecret: "only for this test",
  telemetry: { enabled: false, updateNotification: false },
  logging: { console: { level: "info", metrics: false, audit: false } },
  editorTheme: { tours: false },
};
`;

const startMilliseconds = 90_000;

/** Starts Node-RED in a user directory, on loopback, as its own command line does. */
export const startNodeRed = async (runtime: Runtime, userDir: string): Promise<NodeRed> => {
  const file = join(userDir, "settings.js");
  writeFileSync(file, settings);
  const port = await freePort();
  const args = [runtime.nodeRed, "--userDir", userDir, "--settings", file, "--port", String(port)];
  const child = spawn(runtime.node, args, { cwd: userDir, stdio: ["ignore", "pipe", "pipe"] });
  const exited = once(child, "exit");
  const killChild = () => child.kill("SIGKILL");
  process.once("exit", killChild);
  let printed = "";
  for (const stream of [child.stdout, child.stderr])
    stream.setEncoding("utf8").on("data", (text) => {
      printed += text;
    });
  const end = async () => {
    child.kill("SIGTERM");
    const timer = setTimeout(killChild, 10_000);
    await exited;
    clearTimeout(timer);
    process.off("exit", killChild);
  };
  const url = `http://127.0.0.1:${port}/`;
  const ask: NodeRed["ask"] = async (path, { accept = "application/json", method = "GET", body } = {}) => {
    const headers = { accept, "content-type": "application/json", "node-red-api-version": "v2" };
    const reply = await fetch(url + path, {
      method,
      headers,
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await reply.text();
    if (!reply.ok) throw new Error(`${method} /${path}: ${reply.status} ${text.slice(0, 200)}`);
    return text;
  };
  const until = Date.now() + startMilliseconds;
  while (!/Started flows/.test(printed)) {
    if (child.exitCode !== null || Date.now() > until) {
      await end();
      throw new Error(`it did not start:\n${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url, printed: () => printed, ask, end };
};
