import { entries, type Lock } from "./lock";

/** Dev dependencies that may run a script when they are installed, and why. */
export const allowedScripts: Readonly<Record<string, string>> = {};

/**
 * What would run a program of its own on the machine that installs it. In production nothing may.
 * @param allowed names of dev dependencies, with a reason each
 */
export const installScriptFaults = (lock: Lock, allowed = allowedScripts): string[] => {
  const scripted = entries(lock).filter(({ hasInstallScript }) => hasInstallScript);
  const faults = scripted
    .filter(({ name, dev }) => !dev || !allowed[name])
    .map(({ path, dev }) => `${path}${dev ? " (dev, not on the list)" : ""} has an install script`);
  const gone = Object.keys(allowed).filter((name) => !scripted.some((entry) => entry.dev && entry.name === name));
  return [...faults, ...gone.map((name) => `${name} is on the list, and has no install script`)];
};
