import type { ConnectionSettings } from "./connection-settings";
import { createTurns, type Turns } from "./turns";
import { unlessAborted } from "./unless-aborted";

/** Whether a store heeds `If-None-Match: *` on PutObject, overwrites all the same, or refuses the header. */
export type Knowledge = "unknown" | "heeded" | "ignored" | "refused";

/** What writes a key: some stores heed the condition of the one and ignore that of the other. */
export type WriteKind = "put" | "complete";

/** What a connection knows of how its store keeps a write from replacing an object. */
export interface Guard {
  readonly knowledge: Knowledge;
  /** Whether the store is said to look and write in one step, always: then it is asked nothing. */
  readonly trusted: boolean;
  /**
   * Whether the store is known to look and write in one step here. What it does in a bucket without versions says
   * nothing of one with them, nor a PutObject of a CompleteMultipartUpload (docs/servers.md).
   */
  decides(bucket: string, kind: WriteKind): boolean;
  /** Takes note of whether a write of this kind has made a version: a bucket may get versioning at any time. */
  saw(bucket: string, kind: WriteKind, versionId: string | undefined): void;
  /** Takes note of what PutObject has shown. What was known already stays, but for a refusal by one that ignored. */
  learn(knowledge: Knowledge): void;
  /** Whether it is worth asking: nobody knows, and it was not asked in vain too often. */
  readonly curious: boolean;
  /** Finds out by asking the store: once, however many ask at the same time. */
  find(signal: AbortSignal, ask: () => Promise<Knowledge>): Promise<void>;
  /** Writes of one key, one after the other: where the store does not keep them apart, this process does. */
  turns: Turns;
}

/** Buckets remembered, so that the names of messages cannot fill the memory. What is forgotten is looked for again. */
const bucketLimit = 10_000;

/** S3 itself heeds it (UserGuide/conditional-writes), whichever of its names it is asked by. */
const isAws = (endpoint: string): boolean =>
  endpoint === "" || /(^|\.)amazonaws\.com(\.cn)?$/i.test(new URL(endpoint).hostname);

/** How often the store is asked before what it does stays unknown, such as one that forbids all overwriting. */
const questions = 3;

const warning = (knowledge: "ignored" | "refused"): string =>
  `the store ${knowledge === "ignored" ? "ignores" : "refuses"} If-None-Match, so that it does not keep a write without Overwrite from replacing an object: the nodes look before they write from now on, and another program that writes in between may lose its object. To skip this test, set “Write guard” to “check” in the connection`;

/** @param warn is told once, when the store turns out not to guard its objects, and nobody has said so before */
export const createGuard = (settings: ConnectionSettings, warn: (text: string) => void): Guard => {
  const { conditionalWrites, endpoint } = settings;
  const trusted = conditionalWrites === "trust" || (conditionalWrites === "auto" && isAws(endpoint));
  let known: Knowledge = conditionalWrites === "check" ? "ignored" : trusted ? "heeded" : "unknown";
  let finding: Promise<void> | undefined;
  let asked = 0;
  /** Those whose last write made no version. */
  const plain = new Set<string>();
  const learn = (knowledge: Knowledge): void => {
    if (known === "unknown" && (knowledge === "ignored" || knowledge === "refused")) warn(warning(knowledge));
    if (known === "unknown" || (known === "ignored" && knowledge === "refused")) known = knowledge;
  };
  return {
    get knowledge() {
      return known;
    },
    trusted,
    decides: (bucket, kind) => trusted || (known === "heeded" && kind === "put" && plain.has(bucket)),
    saw(bucket, kind, versionId) {
      if (versionId) plain.delete(bucket);
      else if (kind === "put") {
        if (plain.size >= bucketLimit) plain.clear();
        plain.add(bucket);
      }
    },
    learn,
    get curious() {
      return known === "unknown" && (asked < questions || finding !== undefined);
    },
    find(signal, ask) {
      finding ??= ask()
        .then((shown) => {
          asked++;
          learn(shown);
        })
        .finally(() => {
          finding = undefined;
        });
      return unlessAborted(signal, finding);
    },
    turns: createTurns(),
  };
};
