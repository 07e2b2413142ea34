import { type Lock, production } from "./lock";

/** A CycloneDX document, as far as it is looked at. */
export interface Sbom {
  bomFormat?: string;
  metadata?: { component?: { name?: string; version?: string } };
  components?: {
    name: string;
    version: string;
    hashes?: { alg: string; content: string }[];
    licenses?: unknown[];
  }[];
}

const hex = (integrity: string): string => Buffer.from(integrity.replace("sha512-", ""), "base64").toString("hex");

/** Where the document tells something else than the lock file. */
export const sbomFaults = (sbom: Sbom, lock: Lock): string[] => {
  const faults: string[] = [];
  if (sbom.bomFormat !== "CycloneDX") faults.push(`its format is ${sbom.bomFormat}`);
  const { name, version } = (lock.packages[""] ?? {}) as { name?: string; version?: string };
  const own = sbom.metadata?.component;
  if (own?.name !== name || own?.version !== version) faults.push(`it is of ${own?.name} ${own?.version}`);
  const left = new Map(sbom.components?.map((one) => [`${one.name} ${one.version}`, one]));
  for (const locked of production(lock)) {
    const key = `${locked.name} ${locked.version}`;
    const told = left.get(key);
    left.delete(key);
    if (!told) faults.push(`${key} is missing`);
    else {
      const sha512 = told.hashes?.find(({ alg }) => alg === "SHA-512")?.content;
      if (sha512 !== hex(locked.integrity ?? "")) faults.push(`${key} has another hash`);
      if (!told.licenses?.length) faults.push(`${key} has no licence`);
    }
  }
  return [...faults, ...[...left.keys()].map((key) => `${key} is not installed with the package`)];
};
