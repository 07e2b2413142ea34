/** Where a server does otherwise than S3 in a check. */
export interface KnownDeviation {
  /** must be in what the check says */
  found: string | RegExp;
  /** what it means, for docs/servers.md */
  note: string;
  /** the server does not survive the check, so that it is not run: it counts as deviating all the same */
  ends?: true;
}

/** Those of a server, by the id of the check. */
export type KnownDeviations = Readonly<Record<string, KnownDeviation>>;
