/** How much is taken at a time of all, at a time of one user, and of one user within a span of so many milliseconds. */
export interface Limits {
  all: number;
  each: number;
  often: number;
  span: number;
}

/**
 * Lets a request begin. `who` asks.
 * @returns what is to be called once when it has ended, or, where it may not begin, why
 */
export type FairShare = (who: string) => (() => void) | string;

interface Use {
  running: number;
  /** When those within the span began. */
  begun: number[];
}

/**
 * Sees to it that no user takes so much that nothing is left to others.
 * @param now milliseconds that only grow
 */
export const fairShare = (
  { all, each, often, span }: Limits,
  now: () => number = () => performance.now(),
): FairShare => {
  const users = new Map<string, Use>();
  let running = 0;

  const forgetOld = (since: number): void => {
    for (const [who, use] of users) {
      use.begun = use.begun.filter((begun) => begun > since);
      if (use.begun.length === 0 && use.running === 0) users.delete(who);
    }
  };

  return (who) => {
    const time = now();
    forgetOld(time - span);
    const use = users.get(who) ?? { running: 0, begun: [] };
    if (running >= all) return `${all} requests are under way: wait for them`;
    if (use.running >= each) return `${each} requests of yours are under way: wait for them`;
    if (use.begun.length >= often) return `${often} requests in ${span / 1000} seconds are too many: wait a moment`;
    users.set(who, use);
    use.begun.push(time);
    use.running++;
    running++;
    return () => {
      use.running--;
      running--;
    };
  };
};
