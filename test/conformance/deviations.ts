/**
 * Where servers that run in production do otherwise than S3, by server and check. `found` must be in what the check
 * says; a deviation that is not found any more, or that looks different, makes the suite fail, so that this table
 * stays true. The embedded server has none.
 */
export interface KnownDeviation {
  found: string | RegExp;
  /** what it means, for docs/servers.md */
  note: string;
  /** the server does not survive the check, so that it is not run: it counts as deviating all the same */
  ends?: true;
}

export const deviations: Readonly<Record<string, Readonly<Record<string, KnownDeviation>>>> = {
  embedded: {},
};
