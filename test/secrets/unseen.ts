import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../dev/demo/root";
import { meanings } from "../../src/core/codes";

/** Why a code need not have been seen in all ways to sign in; `in`: where it must have been. */
interface Exception {
  why: string;
  in?: readonly string[];
}

const verdict: Exception = {
  why: "what OpenSSL has against a certificate, of which one is provoked; nothing was signed",
};
const kernel: Exception = {
  why: "a state of this machine's network or limits, which the error tells with a host at most",
};
const roles = ["profileOfRole", "role", "roleOfChain"];

/** Codes that no failure of the suite can provoke in every way to sign in. */
export const exceptions: Readonly<Record<string, Exception>> = {
  CERT_HAS_EXPIRED: verdict,
  CERT_NOT_YET_VALID: verdict,
  CERT_REVOKED: verdict,
  CERT_SIGNATURE_FAILURE: verdict,
  CERT_UNTRUSTED: verdict,
  SELF_SIGNED_CERT_IN_CHAIN: verdict,
  UNABLE_TO_GET_ISSUER_CERT: verdict,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: verdict,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: verdict,
  EHOSTUNREACH: kernel,
  EHOSTDOWN: kernel,
  ENETDOWN: kernel,
  EMFILE: kernel,
  ENFILE: kernel,
  ENOBUFS: kernel,
  EADDRNOTAVAIL: kernel,
  EAI_AGAIN: { why: "a resolver says it or ENOTFOUND" },
  ENOTFOUND: { why: "a resolver says it or EAI_AGAIN, and where it is slow, a connection's timeout comes first" },
  EPIPE: { why: "the kernel says it or ECONNRESET, of the same connection" },
  ValidationError: { why: "of the service for temporary keys", in: roles },
  QueueFull: {
    why: "ten thousand messages for each way take long; no request is made of those that are refused",
    in: ["token"],
  },
};

/** The codes that the sources say of their own. */
const ownCodes = (folder: string): string[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .flatMap(({ parentPath, name }) => [
      ...readFileSync(join(parentPath, name), "utf8").matchAll(/(?:new S3Error|localError)\(\s*"(\w+)"/g),
    ])
    .map(([, code = ""]) => code);

/** All codes that this package has a text of its own for, or makes. */
export const allCodes = (): string[] => [...new Set([...Object.keys(meanings), ...ownCodes(join(root, "src"))])].sort();

/**
 * The codes that should have been seen, and were not.
 * @param seen by way to sign in
 */
export const unseen = (seen: ReadonlyMap<string, ReadonlySet<string>>): string[] =>
  allCodes().flatMap((code) => {
    const { in: needed = [] } = exceptions[code] ?? { in: [...seen.keys()] };
    const without = needed.filter((way) => !seen.get(way)?.has(code));
    return without.length === 0 ? [] : `${code} (${without.length === seen.size ? "never" : without.join(", ")})`;
  });
