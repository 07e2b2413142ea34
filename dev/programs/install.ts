/** Foreign programs, installed where they are missing: for the suites and benchmarks that run them. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Program {
  path: string;
  version: string;
}

/** After so many milliseconds, what installs is ended. */
const patience = 300_000;

const run = (program: string, ...args: string[]): string => {
  try {
    return execFileSync(program, args, { encoding: "utf8", stdio: ["ignore", "pipe", "pipe"], timeout: patience });
  } catch (error) {
    const { stderr, message } = error as Error & { stderr?: string };
    throw new Error(`${program} ${args[0]} failed: ${(stderr || message).trim().slice(-500)}`);
  }
};

const python = "/usr/bin/python3";

/** `venv` is there without the package that makes it work. */
const venvWorks = (): boolean => {
  try {
    run(python, "-c", "import venv, ensurepip");
    return true;
  } catch {
    return false;
  }
};

/**
 * Installs Debian's packages that are missing, where this process may; else throws with what to do.
 * @param packages by the program that shows that one is there
 */
export const installPackages = (packages: Readonly<Record<string, string>>): void => {
  const missing: string[] = Object.entries(packages).flatMap(([path, name]) => (existsSync(path) ? [] : [name]));
  if (!venvWorks()) missing.push("python3-venv");
  if (missing.length === 0) return;
  const command = `apt-get install --no-install-recommends ${missing.join(" ")}`;
  if (process.getuid?.() !== 0 || !existsSync("/usr/bin/apt-get")) {
    throw new Error(`these Debian packages are missing, and only root can install them: ${command}`);
  }
  process.env.DEBIAN_FRONTEND = "noninteractive";
  // Another installation may be under way.
  const wait = "-oDPkg::Lock::Timeout=120";
  // Mirrors fail now and then.
  const retry = "-oAcquire::Retries=3";
  run("apt-get", wait, retry, "update");
  run("apt-get", wait, retry, "install", "-y", "--no-install-recommends", ...missing);
};

const week = 7 * 24 * 3600 * 1000;

/**
 * A program of PyPI's, in a folder that later runs find again; for a week, newest is what it was.
 * @param wanted as pip takes it, such as `awscli<2`
 * @returns its path
 */
export const installFromPypi = (name: string, wanted: string, file: string): string => {
  const folder = join(tmpdir(), "node-red-contrib-amazon-s3-clients", name);
  const program = join(folder, "bin", file);
  // Written when all is there: a folder without it is what an interrupted run left.
  const whole = join(folder, "whole");
  if (existsSync(whole) && Date.now() - statSync(whole).mtimeMs < week) return program;
  if (!existsSync(whole)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    run(python, "-m", "venv", folder);
  }
  run(join(folder, "bin", "pip"), "install", "--quiet", "--upgrade", wanted);
  if (!existsSync(whole)) writeFileSync(whole, "");
  utimesSync(whole, new Date(), new Date());
  return program;
};

/** A program, with the version that it tells when it is run with `args`. */
export const known = (path: string, ...args: string[]): Program => {
  const version = /\d+(\.\d+)+/.exec(run(path, ...args))?.[0];
  if (!version) throw new Error(`${path} does not tell its version`);
  return { path, version };
};
