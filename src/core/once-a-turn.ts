/** Gives what may be called many times in one turn of the event loop, and does the work once for all of them, when that is over. */
export const onceATurn = (work: () => void): (() => void) => {
  let waits = false;
  return () => {
    if (waits) return;
    waits = true;
    queueMicrotask(() => {
      waits = false;
      work();
    });
  };
};
