import type { Hook, HookAction, RequestInfo } from "../../dev/s3-server/hooks";

/** What a transfer meets, in turns that a seed repeats. */
export interface Faults {
  /** For the server: what befalls the requests of this transfer's key. */
  hook: Hook;
  /** How many there were. */
  readonly count: number;
  /**
   * How often an upload in parts was begun. Of all but the last the answer was lost, and nobody knows their ids: only a
   * rule of the bucket clears them up.
   */
  readonly begun: number;
}

/**
 * Faults of all kinds for the requests of one key, `most` at the most: refusals, cuts and stalls of either body, answers
 * that are lost after the deed, and bytes that are not those that were stored.
 * @param size bytes of the object
 */
export const faultsOf = (key: string, size: number, most: number, random: () => number): Faults => {
  const below = (limit: number): number => Math.floor(random() * limit);
  const share = 0.2 + random() * 0.7;
  let count = 0;
  let begun = 0;
  const fault = ({ operation }: RequestInfo): HookAction => {
    const within = below(Math.min(size, 9_000_000) + 1);
    const kinds = operation === "CreateMultipartUpload" ? 6 : operation === "GetObject" ? 9 : 8;
    switch (below(kinds)) {
      case 0:
        return { error: "SlowDown" };
      case 1:
        return { error: { code: "InternalError", status: 500 } };
      case 2:
        return { reset: true };
      case 3:
        return { delay: below(60) };
      case 4:
        return { resetAfter: within };
      case 5:
        return { drop: true };
      case 6:
        return { cut: within };
      case 7:
        return { stallAfter: within };
      default:
        return {
          body: (body) => {
            const changed = Buffer.from(body);
            const at = below(changed.length);
            if (changed.length > 0) changed[at] = (changed[at] as number) ^ (1 + below(255));
            return changed;
          },
        };
    }
  };
  return {
    hook: (request) => {
      if (request.key !== key) return undefined;
      if (request.operation === "CreateMultipartUpload") begun++;
      if (count >= most || random() >= share) return undefined;
      count++;
      return fault(request);
    },
    get count() {
      return count;
    },
    get begun() {
      return begun;
    },
  };
};
