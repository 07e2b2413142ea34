import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** What to start. */
export interface Setup {
  /** The folder of an installed `node-red` package. */
  nodeRed: string;
  /** The Node.js binary to run it with. */
  node: string;
  /** Options of Node.js. */
  nodeOptions?: readonly string[];
  /** Further environment variables. */
  env?: Readonly<Record<string, string>>;
  /** This package's folder. */
  root: string;
  /** A folder with the installed theme collection; its theme `dark` is chosen. */
  themes?: string | undefined;
  /** Further settings of Node-RED. */
  settings?: Readonly<Record<string, unknown>>;
  /** Nodes that the flow file starts with. */
  flow?: readonly object[];
}

/** A Node-RED that runs until it is stopped. */
export interface Editor {
  url: string;
  /** Of the process that it runs in. */
  pid: number;
  /** The folder with its flows and its settings. */
  userDir: string;
  /** What it has printed so far. */
  log(): string;
  stop(): Promise<void>;
}

const freePort = (): Promise<number> =>
  new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => resolve(typeof address === "object" && address !== null ? address.port : 0));
    });
  });

const link = (userDir: string, name: string, target: string): void => {
  const path = join(userDir, "node_modules", name);
  mkdirSync(dirname(path), { recursive: true });
  symlinkSync(target, path);
};

const writeUserDir = (setup: Setup): string => {
  const userDir = mkdtempSync(join(tmpdir(), "amazon-s3-editor-"));
  const dependencies: Record<string, string> = { "node-red-contrib-amazon-s3": "*" };
  link(userDir, "node-red-contrib-amazon-s3", setup.root);
  if (setup.themes !== undefined) {
    const name = "@node-red-contrib-themes/theme-collection";
    link(userDir, name, join(setup.themes, "node_modules", name));
    dependencies[name] = "*";
  }
  writeFileSync(join(userDir, "package.json"), JSON.stringify({ name: "screenshots", private: true, dependencies }));
  writeFileSync(join(userDir, "flows.json"), JSON.stringify(setup.flow ?? []));
  const settings = {
    flowFile: "flows.json",
    credentialSecret: "screenshots",
    uiHost: "127.0.0.1",
    telemetry: { enabled: false, updateNotification: false },
    externalModules: { autoInstall: false },
    editorTheme: {
      tours: false,
      projects: { enabled: false },
      palette: { catalogues: [] },
      ...(setup.themes === undefined ? {} : { theme: "dark" }),
    },
  };
  const all = { ...settings, ...setup.settings };
  writeFileSync(join(userDir, "settings.js"), `module.exports = ${JSON.stringify(all, null, 2)};\n`);
  return userDir;
};

const ended = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });

/** Starts Node-RED on a free loopback port with this package in it, and resolves when it serves its flows. */
export const startEditor = async (setup: Setup): Promise<Editor> => {
  const userDir = writeUserDir(setup);
  const port = await freePort();
  const child = spawn(
    setup.node,
    [...(setup.nodeOptions ?? []), join(setup.nodeRed, "red.js"), "-u", userDir, "-p", String(port)],
    {
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...process.env, ...setup.env },
    },
  );
  let printed = "";
  const keep = (chunk: Buffer): void => {
    printed += chunk.toString();
  };
  child.stdout.on("data", keep);
  child.stderr.on("data", keep);
  const stop = async (): Promise<void> => {
    child.kill();
    await ended(child);
    rmSync(userDir, { recursive: true, force: true });
  };
  const deadline = Date.now() + 60_000;
  while (!printed.includes("Started flows")) {
    if (child.exitCode !== null || Date.now() > deadline) {
      await stop();
      throw new Error(`Node-RED did not start:\n${printed}`);
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  return { url: `http://127.0.0.1:${port}/`, pid: child.pid ?? 0, userDir, log: () => printed, stop };
};
