/** What is tried of a connection, in this order; each gets one finding. */
export const steps = ["endpoint", "keys", "bucket", "list", "read", "write", "delete"] as const;
export type Step = (typeof steps)[number];

/** Sentences, by their name in the catalogue (`trial.NAME`), and what fits into each. */
export const sayings = {
  reached: ["host"],
  noSuchHost: ["host"],
  nothingThere: ["host"],
  noWay: ["host"],
  noAnswer: ["host"],
  speaksHttp: ["host"],
  speaksHttps: ["host"],
  untrusted: ["host", "code"],
  certificateExpired: ["host"],
  certificateOfOther: ["host"],
  /** The bucket has no host name of its own there. */
  needsPathStyle: ["host", "bucket"],
  notS3: ["host"],
  accepted: [],
  acceptedAs: ["who"],
  anonymous: [],
  unknownKey: [],
  wrongSecret: [],
  expiredToken: [],
  wrongToken: [],
  clockSlow: ["minutes"],
  clockFast: ["minutes"],
  noKeys: ["said"],
  noRole: ["code", "said"],
  found: ["bucket"],
  foundIn: ["bucket", "region"],
  noSuchBucket: ["bucket"],
  otherRegion: ["bucket", "region"],
  mayNotLook: ["bucket"],
  noBucketNamed: [],
  may: [],
  mayNot: [],
  /** Whether something may be read that may not be listed. */
  mayNotTell: [],
  onlyWhenAsked: [],
  notTried: [],
  /** The probe is still there. */
  probeStays: ["key"],
  /** All else that a store may answer. */
  failed: ["code", "said"],
} as const satisfies Record<string, readonly string[]>;

export type Saying = keyof typeof sayings;

export interface Finding {
  step: Step;
  /** `note` is a yes with something to mend. */
  verdict: "yes" | "note" | "no" | "untried";
  says: Saying;
  /** What the sentence has in its gaps. */
  values: Readonly<Record<string, string>>;
  /** A field of the form, and what would mend it. */
  fix?: { field: "region" | "pathStyle" | "endpoint"; value: string };
}

export const finding = (
  step: Step,
  verdict: Finding["verdict"],
  says: Saying,
  values: Record<string, string> = {},
  fix?: Finding["fix"],
): Finding => ({ step, verdict, says, values, ...(fix ? { fix } : {}) });
