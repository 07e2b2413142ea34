import {
  type Fault,
  type FaultKind,
  type FaultProxy,
  type Plan,
  type ProxiedRequest,
  randomFault,
} from "../../dev/fault-proxy";

const ofAll: FaultKind[] = ["slowDown", "internalError", "reset", "delay", "resetAfter", "drop"];
const ofBodies: FaultKind[] = [...ofAll, "cut", "stallAfter"];
const ofReads: FaultKind[] = [...ofBodies, "otherByte"];

/** What is asked of a request. */
type Seen = Pick<ProxiedRequest, "operation" | "key">;

const kindsFor = ({ operation }: Seen): FaultKind[] =>
  operation === "CreateMultipartUpload" ? ofAll : operation === "GetObject" ? ofReads : ofBodies;

/** What a transfer meets, in turns that a seed repeats. */
export interface Faults {
  /** What befalls a request of this transfer's key: for a proxy, or as a hook of the server. */
  plan: (request: Seen) => Fault | undefined;
  /** How many there were. */
  readonly count: number;
  /**
   * How often an upload in parts was begun. Of all but the last the answer was lost, and nobody knows their ids: only a
   * rule of the bucket clears them up.
   */
  readonly begun: number;
}

/**
 * Has a proxy do to the requests of a key what a plan says, until the function that is given back is called.
 * @param came is told of each request
 */
export const befallKeys = (proxy: FaultProxy, came: (request: ProxiedRequest) => void = () => {}) => {
  const plans = new Map<string, Plan>();
  proxy.setPlan((request) => {
    came(request);
    return plans.get(request.key ?? "")?.(request);
  });
  return (key: string, plan: Plan) => {
    plans.set(key, plan);
    return () => void plans.delete(key);
  };
};

/**
 * Faults of all kinds for the requests of one key, `most` at the most: refusals, cuts and stalls of either body, answers
 * that are lost after the deed, and bytes that are not those that were stored.
 * @param size bytes of the object
 * @param kinds only these; default: all that a request may meet
 */
export const faultsOf = (
  key: string,
  size: number,
  most: number,
  random: () => number,
  kinds?: readonly FaultKind[],
): Faults => {
  const share = 0.2 + random() * 0.7;
  let count = 0;
  let begun = 0;
  return {
    plan: (request) => {
      if (request.key !== key) return undefined;
      if (request.operation === "CreateMultipartUpload") begun++;
      if (count >= most || random() >= share) return undefined;
      count++;
      return randomFault(random, kinds ?? kindsFor(request), Math.min(size, 9_000_000));
    },
    get count() {
      return count;
    },
    get begun() {
      return begun;
    },
  };
};
