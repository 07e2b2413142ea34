/** runChild: a program in a clean environment, with what it printed. */
import { spawn } from "node:child_process";

export interface Ran {
  code: number | null;
  stdout: Buffer;
  stderr: string;
}

/** A program that waits for ever, for a terminal say, is ended after so many milliseconds. */
const patience = 120_000;

/**
 * Runs a program to its end.
 * @param env all of its environment: what this process was told, for another store say, is not meant for it
 * @param input what it reads; without it, nothing
 */
export const runChild = (
  [program, ...args]: readonly [string, ...string[]],
  { env, cwd, input }: { env: Record<string, string>; cwd: string; input?: Buffer | undefined },
): Promise<Ran> =>
  new Promise((resolve, reject) => {
    const child = spawn(program, args, { env, cwd, stdio: ["pipe", "pipe", "pipe"] });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    const impatience = setTimeout(() => child.kill("SIGKILL"), patience);
    child.stdout.on("data", (chunk) => stdout.push(chunk));
    child.stderr.on("data", (chunk) => stderr.push(chunk));
    // A program that ends without having read its input breaks the pipe; what it printed says why.
    child.stdin.on("error", () => {});
    child.stdin.end(input);
    child.once("error", reject);
    child.once("close", (code) => {
      clearTimeout(impatience);
      resolve({ code, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString() });
    });
  });
