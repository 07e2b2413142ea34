/** Client: what the checks ask of every foreign client. */
import { join } from "node:path";
import type { BootedServer } from "../../dev/servers/servers";
import { type Ran, runChild } from "./child";

/** What a client tells of an object. `metadata` are the user's, as the client shows them. */
export interface Described {
  size: number;
  contentType: string | undefined;
  metadata: Record<string, string>;
}

export interface Listed {
  key: string;
  size: number;
}

/** How an object is to be uploaded. */
export interface Labels {
  contentType?: string;
  metadata?: Record<string, string>;
}

/** A client at its default settings, told a server and its keys by environment or by a file in its own home. */
export interface Client {
  /** with its version */
  readonly name: string;
  /** by which the table of limits calls it; the same for all versions */
  readonly kind: "aws" | "s3cmd" | "rclone";
  /** the name of the server it talks to */
  readonly server: string;
  /** Runs it with these arguments, whatever comes of it. */
  attempt(args: readonly string[], input?: Buffer): Promise<Ran>;
  /** Runs it and gives what it printed; rejects with what it complained about when its exit code is not 0. */
  run(args: readonly string[], input?: Buffer): Promise<Buffer>;
  makeBucket(bucket: string): Promise<unknown>;
  removeBucket(bucket: string): Promise<unknown>;
  upload(file: string, bucket: string, key: string, labels?: Labels): Promise<unknown>;
  /** Uploads a file of more than a part in parts: of its own size, or of so many MiB. */
  uploadParts(file: string, bucket: string, key: string, mib?: number): Promise<unknown>;
  download(bucket: string, key: string, file: string): Promise<unknown>;
  /** Uploads what it reads from its standard input, whose length it cannot know. */
  write(bucket: string, key: string, bytes: Buffer): Promise<unknown>;
  /** Downloads to its standard output. */
  read(bucket: string, key: string): Promise<Buffer>;
  list(bucket: string): Promise<Listed[]>;
  describe(bucket: string, key: string): Promise<Described>;
  /** Copies within the server. */
  copy(bucket: string, from: string, to: string): Promise<unknown>;
  remove(bucket: string, key: string): Promise<unknown>;
  /** Makes the bucket hold what the folder holds, and nothing else. */
  push(folder: string, bucket: string): Promise<unknown>;
  /** What `push` would do with these options besides, a line for each file; nothing is done. */
  plan(folder: string, bucket: string, options?: readonly string[]): Promise<string[]>;
  /** Makes the folder hold what the bucket holds, and nothing else. */
  pull(bucket: string, folder: string): Promise<unknown>;
}

/** Where a client runs. */
export interface Place {
  server: BootedServer;
  /** a folder that is its own */
  home: string;
}

/** What every client's environment has: no more of this process's than the search path. */
export const baseEnvironment = ({ home }: Pick<Place, "home">): Record<string, string> => ({
  PATH: process.env.PATH ?? "/usr/bin:/bin",
  HOME: home,
  TMPDIR: home,
  // Without it, Python takes file names and arguments for ASCII.
  LANG: "C.UTF-8",
  LC_ALL: "C.UTF-8",
  TZ: "UTC",
});

/** `attempt` and `run` of a program. */
export const runner = (
  program: readonly [string, ...string[]],
  env: Record<string, string>,
  home: string,
): Pick<Client, "attempt" | "run"> => {
  const attempt: Client["attempt"] = (args, input) => runChild([...program, ...args], { env, cwd: home, input });
  return {
    attempt,
    async run(args, input) {
      const { code, stdout, stderr } = await attempt(args, input);
      if (code === 0) return stdout;
      const printed = stderr.trim() || stdout.toString().trim();
      // Where Python gives up, the line that says why is among many others.
      const said = /^Problem: .*/m.exec(printed)?.[0] ?? printed.slice(-500);
      throw new Error(`${program[0]} ${args.slice(0, 2).join(" ")} ended with ${code ?? "a signal"}: ${said}`);
    },
  };
};

/** The lines of what a client printed that say what it would do. */
export const linesOf = (printed: Buffer | string, said: RegExp): string[] =>
  printed
    .toString()
    .split("\n")
    .filter((line) => said.test(line));

export const inHome = ({ home }: Place, ...names: string[]): string => join(home, ...names);
