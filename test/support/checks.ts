import { AsyncLocalStorage } from "node:async_hooks";

let passed = 0;
let failed = 0;

const lane = new AsyncLocalStorage<string>();

/** Prints a line; in a lane, behind its name. */
export const say = (line: string): void => {
  const name = lane.getStore();
  console.log(name === undefined ? line : `[${name}] ${line}`);
};

/** Runs one check, and prints a line of it. What it throws is the reason why it failed; the next ones run all the same. */
export const check = async (name: string, run: () => unknown): Promise<boolean> => {
  try {
    await run();
    passed += 1;
    say(`ok    ${name}`);
    return true;
  } catch (error) {
    failed += 1;
    say(`FAIL  ${name}: ${error instanceof Error ? error.message : error}`);
    return false;
  }
};

/** Runs checks whose lines stand among those of others, with a name for them. Never rejects: what it throws has failed. */
export const inLane = (name: string, run: () => Promise<void>): Promise<void> =>
  lane.run(name, async () => {
    const start = Date.now();
    try {
      await run();
    } catch (error) {
      failed += 1;
      say(`FAIL  it broke off: ${error instanceof Error ? error.stack : error}`);
    }
    say(`      ${Math.round((Date.now() - start) / 1000)} s`);
  });

/** Prints the closing line. Returns the exit code: a run without any check is no success. */
export const close = (): number => {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
};

/** Ends the process with the exit code that a suite comes to. What it breaks off with is printed, and is no success. */
export const exitWith = (code: Promise<number>): void => {
  code.then(
    (code) => process.exit(code),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
};
