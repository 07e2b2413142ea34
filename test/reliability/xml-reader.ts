/** A process of its own that meets harmful XML, so that what it takes of memory is its own. */
import { fork } from "node:child_process";
import { Readable } from "node:stream";
import { peakMemory } from "../../dev/bench/peak-memory";
import { snapshot } from "../hostile/watch";
import { type Core, openCore } from "../support/context";
import { outcomeOf } from "../support/outcome";
import type { Target } from "../support/target";
import { withFolder } from "../support/with-folder";

/** What the messages of all operations came to. */
export interface Met {
  /** The code of the error, or "success", by message. */
  ends: Record<string, string>;
  /** What went wrong: a prototype that is another one, or an error that is none of ours. */
  wrong: string[];
  /** MiB of resident memory, the most that it ever was. */
  peak: number;
}

type Work = (core: Core, home: string) => Promise<unknown>;

/** The result with all that is told beside it. */
const whole = async (running: Promise<{ result: unknown; about: unknown }>): Promise<unknown> => {
  const { result, about } = await running;
  return { result, about };
};

const works: Readonly<Record<string, Work>> = {
  create: (core) => whole(core.run("create", { path: "made" })),
  delete: (core) => whole(core.run("delete", { path: "there/__proto__" })),
  "delete several": (core) => whole(core.run("delete", { path: ["there/__proto__", "there/constructor"] })),
  download: (core, home) => whole(core.run("download", { path: "there/", target: home, overwrite: true })),
  exist: (core) => whole(core.run("exist", { path: "there/" })),
  list: (core) => whole(core.run("list", { path: "there", recurse: true, includeMetadata: true, includeTags: true })),
  folders: (core) => whole(core.run("list", { path: "there", entries: "all" })),
  summary: (core) => whole(core.run("list", { path: "there", recurse: true, emit: "summary" })),
  purge: (core) => whole(core.run("purge", { path: "there", force: true })),
  "purge of versions": (core) => whole(core.run("purge", { path: "there", force: true, versions: true })),
  "purge by rule": (core) => whole(core.run("purge", { path: "there", force: true, mode: "lifecycle" })),
  read: (core) => whole(core.run("read", { path: "there/__proto__", maxBytes: 100_000 })),
  "read as JSON": (core) => whole(core.run("read", { path: "there/__proto__", format: "json", maxBytes: 100_000 })),
  upload: (core) => whole(core.run("upload", { source: __filename, path: "up", overwrite: true })),
  write: (core) => whole(core.run("write", { path: "made", data: "x" })),
  "write in parts": (core) =>
    whole(core.run("write", { path: "made", data: Readable.from([Buffer.alloc(17_000_000)]), overwrite: true })),
};

const plain = [null, Object.prototype, Array.prototype, Buffer.prototype, Date.prototype] as const;

/** @throws Error for an object with a prototype that is made of what a store has sent */
const checkPrototypes = (value: unknown): void => {
  if (typeof value !== "object" || value === null) return;
  if (!(plain as readonly unknown[]).includes(Object.getPrototypeOf(value)))
    throw new Error(`a result has the prototype ${JSON.stringify(Object.getPrototypeOf(value))}`);
  if (!Buffer.isBuffer(value)) for (const one of Object.values(value)) checkPrototypes(one);
};

const meet = async (server: Target): Promise<Met> => {
  const met: Met = { ends: {}, wrong: [], peak: 0 };
  const before = snapshot();
  const core = openCore(server, { timeout: 5, maxAttempts: 1 });
  try {
    await withFolder("xml-", async (home) => {
      for (const [name, work] of Object.entries(works)) {
        try {
          const code = await outcomeOf(async () => checkPrototypes(await work(core, home)));
          met.ends[name] = code ?? "success";
        } catch (error) {
          met.wrong.push(`${name}: ${error}`);
        }
        if (snapshot() === before) continue;
        met.wrong.push(`${name}: something was put into a prototype`);
        break;
      }
    });
  } finally {
    await core.close();
  }
  met.peak = peakMemory();
  return met;
};

export interface XmlReader {
  meet(server: Target): Promise<Met>;
  close(): void;
}

/** Starts the process. Its `meet` rejects when the process ends. */
export const startXmlReader = (): XmlReader => {
  const child = fork(__filename, [], { stdio: "inherit", execArgv: ["--no-warnings"] });
  return {
    meet: ({ endpoint, accessKey, secretKey, region }) =>
      new Promise((resolve, reject) => {
        const ended = (code: unknown): void => reject(new Error(`the process ended with ${code}`));
        child.once("exit", ended);
        child.once("message", (met) => {
          child.off("exit", ended);
          resolve(met as Met);
        });
        child.send({ endpoint, accessKey, secretKey, region });
      }),
    close: () => void child.kill(),
  };
};

if (require.main === module) {
  process.on("message", (server) => {
    meet(server as Target).then(
      (met) => process.send?.(met),
      (error: unknown) => {
        console.error(error);
        process.exit(1);
      },
    );
  });
}
