import { randomFrom } from "../random";
import type { Plan } from "./fault";
import { type FaultKind, faultKinds, randomFault } from "./random-fault";

export interface RandomPlan {
  seed: number;
  /** the share of requests that something befalls, 0 to 1; default 0.2 */
  rate?: number;
  /** default: all that leave the bytes as they are */
  kinds?: readonly FaultKind[];
}

/** FNV-1a. */
const numberOf = (text: string): number => {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193);
  return hash;
};

/**
 * Draws what befalls a request from a seed and from what the request is: its operation, key, part and attempt. So the same
 * seed does the same to the same requests, in whatever order they come.
 */
export const randomPlan = ({ seed, rate = 0.2, kinds = honest }: RandomPlan): Plan => {
  const attempts = new Map<string, number>();
  return ({ operation, key, query }) => {
    const name = `${operation} ${key ?? query.prefix ?? ""} ${query.partNumber ?? ""}`;
    const attempt = (attempts.get(name) ?? 0) + 1;
    attempts.set(name, attempt);
    const random = randomFrom(seed ^ numberOf(`${name} ${attempt}`));
    return random() < rate ? randomFault(random, kinds, 100_000) : undefined;
  };
};

const honest = faultKinds.filter((kind) => kind !== "otherByte");
