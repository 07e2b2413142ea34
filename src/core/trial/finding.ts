/** What is tried of a connection, in this order; each gets one finding. */
export const steps = ["endpoint", "keys", "bucket", "list", "read", "write", "delete"] as const;
export type Step = (typeof steps)[number];

/** Sentences, by their name in the catalogue (`trial.NAME`). Those of one line say what fits into them. */
export type Saying =
  /** host */
  | "reached"
  /** host: no DNS name; nothing listens; no way; no answer; another protocol than that of the URL */
  | "noSuchHost"
  | "nothingThere"
  | "noWay"
  | "noAnswer"
  | "speaksHttp"
  | "speaksHttps"
  /** host, code: of Node.js's TLS */
  | "untrusted"
  | "certificateExpired"
  | "certificateOfOther"
  /** host, bucket: the bucket has no name of its own there */
  | "needsPathStyle"
  /** host, said */
  | "notS3"
  /** who */
  | "accepted"
  | "acceptedAs"
  | "anonymous"
  | "unknownKey"
  | "wrongSecret"
  | "expiredToken"
  | "wrongToken"
  /** minutes */
  | "clockSlow"
  | "clockFast"
  /** said */
  | "noKeys"
  | "noRole"
  /** bucket */
  | "found"
  | "noSuchBucket"
  | "noBucketName"
  | "mayNotLook"
  /** bucket, region */
  | "foundIn"
  | "otherRegion"
  | "noBucketNamed"
  | "may"
  | "mayNot"
  | "mayNotTell"
  | "onlyWhenAsked"
  | "notTried"
  /** key: the probe is still there */
  | "probeStays"
  /** code, said: all else that a store may answer */
  | "failed";

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
