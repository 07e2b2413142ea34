/** Ids of versions and uploads: opaque to clients, in the order of their making to the server. */
import { randomBytes } from "node:crypto";

const ORDER_LENGTH = 11;

let last = 0;

/**
 * An id of `length` (20 or more) characters of base64url. Of two ids the later one is greater, also across restarts:
 * a listing can go on after an id that is no longer there.
 */
export function orderedId(length: number): string {
  last = Math.max(last + 1, Date.now() * 1000);
  const order = last.toString(36).padStart(ORDER_LENGTH, "0");
  return (
    order +
    randomBytes(length)
      .toString("base64url")
      .slice(0, length - ORDER_LENGTH)
  );
}
