/** So many are remembered at least, where not all of them are: more than a request to delete holds, by far. */
const remembered = 10_000;

/**
 * Tells what comes for the first time: of the last ten thousand at least, in memory for twice as many.
 * @param all of all that came
 */
export const createRecent = (all: boolean): ((name: string) => boolean) => {
  let now = new Set<string>();
  let before = new Set<string>();
  return (name) => {
    if (now.has(name) || before.has(name)) return false;
    if (!all && now.size >= remembered) {
      before = now;
      now = new Set();
    }
    now.add(name);
    return true;
  };
};
