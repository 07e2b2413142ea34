/** What one range that is fetched ahead takes of a connection. */
export interface Share {
  /** Its bytes are here: another request may leave. */
  arrived(): void;
  /** Its bytes are handed out, or given up: their memory is free. */
  freed(): void;
}

/** How much all downloads of a connection may fetch ahead together. */
export interface Allowance {
  /** A share for a range of so many bytes; undefined when there is none now. Nobody waits for one. */
  take(bytes: number): Share | undefined;
}

/**
 * @param requests under way at a time
 * @param bytes held, or under way, at a time
 * @param isFree whether a request would leave at once: those of others go first
 */
export const createAllowance = (requests: number, bytes: number, isFree: () => boolean): Allowance => {
  let asked = 0;
  let held = 0;
  const once = (work: () => void): (() => void) => {
    let done = false;
    return () => {
      if (done) return;
      done = true;
      work();
    };
  };
  return {
    take(more) {
      if (asked >= requests || held + more > bytes || !isFree()) return undefined;
      asked++;
      held += more;
      const arrived = once(() => void asked--);
      const free = once(() => {
        held -= more;
      });
      return {
        arrived,
        freed() {
          arrived();
          free();
        },
      };
    },
  };
};
