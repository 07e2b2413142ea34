/** installClients: the programs of the suite, installed where they are missing. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

export interface Program {
  path: string;
  version: string;
}

export interface Programs {
  /** Debian's AWS CLI */
  aws: Program;
  /** the newest one of version 1, which came after the CLI's checksums became a default */
  newestAws: Program;
  s3cmd: Program;
  rclone: Program;
}

/** After so many milliseconds, what installs is ended. */
const patience = 300_000;

/** Debian's packages, by the program that shows that one is there. */
const packages = { "/usr/bin/aws": "awscli", "/usr/bin/s3cmd": "s3cmd", "/usr/bin/rclone": "rclone" };

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

const installPackages = (): void => {
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

/** The newest version 1 in a folder that later runs find again; for a week, newest is what it was. */
const installNewestAws = (): string => {
  const folder = join(tmpdir(), "node-red-contrib-amazon-s3-clients", "awscli");
  const program = join(folder, "bin", "aws");
  // Written when all is there: a folder without it is what an interrupted run left.
  const whole = join(folder, "whole");
  if (existsSync(whole) && Date.now() - statSync(whole).mtimeMs < week) return program;
  if (!existsSync(whole)) {
    rmSync(folder, { recursive: true, force: true });
    mkdirSync(folder, { recursive: true });
    run(python, "-m", "venv", folder);
  }
  run(join(folder, "bin", "pip"), "install", "--quiet", "--upgrade", "awscli<2");
  if (!existsSync(whole)) writeFileSync(whole, "");
  utimesSync(whole, new Date(), new Date());
  return program;
};

const known = (path: string, ...args: string[]): Program => {
  const version = /\d+(\.\d+)+/.exec(run(path, ...args))?.[0];
  if (!version) throw new Error(`${path} does not tell its version`);
  return { path, version };
};

/** Installs what is missing, where this process may; else rejects with what to do. */
export const installClients = (): Programs => {
  installPackages();
  return {
    aws: known("/usr/bin/aws", "--version"),
    newestAws: known(installNewestAws(), "--version"),
    s3cmd: known("/usr/bin/s3cmd", "--version"),
    rclone: known("/usr/bin/rclone", "version"),
  };
};
