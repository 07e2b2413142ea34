import { entries, isAlias, type Lock } from "./lock";

/** The SHA-512 of what is installed, in base64. */
const hash = /^sha512-[A-Za-z0-9+/]{86}==$/;

/** No range, address or folder. */
const version = /^\d+\.\d+\.\d+(-[0-9A-Za-z.-]+)?$/;

/**
 * What would be fetched from elsewhere than the registry that npm is set to, or without being compared to a hash.
 * `.npmrc` keeps the registry's addresses out of the lock file, so that one that stands there is of something else. What
 * is bundled with another package comes with that one's bytes, and is covered by its hash.
 */
export const sourceFaults = (lock: Lock): string[] => {
  const faults = lock.lockfileVersion === 3 ? [] : [`the lock file has version ${lock.lockfileVersion}`];
  const paths = new Set(Object.keys(lock.packages));
  for (const entry of entries(lock)) {
    const { path, resolved, integrity, inBundle, link } = entry;
    const add = (what: string) => void faults.push(`${path} ${what}`);
    if (link) add("is a link");
    if (resolved !== undefined) add(`is fetched from ${resolved.slice(0, 200)}`);
    if (!version.test(entry.version ?? "")) add(`has the version ${entry.version}`);
    const outer = path.slice(0, Math.max(path.lastIndexOf("/node_modules/"), 0));
    if (inBundle) {
      if (!paths.has(outer) || outer === "") add("is bundled with nothing");
    } else {
      if (integrity === undefined) add("has no hash");
      else if (!hash.test(integrity)) add(`has the hash ${integrity.slice(0, 100)}`);
      if (isAlias(entry)) add(`holds ${entry.name}`);
    }
  }
  return faults;
};
