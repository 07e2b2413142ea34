/** Files that are no longer needed, but may be read by requests under way: they go when the last of these has ended. */

export interface Visits {
  /** a request begins; the function it returns says that it has ended */
  enter(): () => void;
  /** calls `remove` as soon as every request that is under way now has ended */
  afterAll(remove: () => void): void;
}

/** Nobody under way, nothing waiting. */
export function visits(): Visits {
  // in the order in which they began
  const underWay = new Set<{ number: number }>();
  const waiting: { until: number; remove: () => void }[] = [];
  let counter = 0;

  function settle(): void {
    const [oldest] = underWay;
    while (waiting[0] && (oldest === undefined || oldest.number > waiting[0].until)) waiting.shift()?.remove();
  }

  return {
    enter() {
      const visit = { number: ++counter };
      underWay.add(visit);
      return () => {
        if (underWay.delete(visit)) settle();
      };
    },
    afterAll(remove) {
      waiting.push({ until: counter, remove });
      settle();
    },
  };
}
