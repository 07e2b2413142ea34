let passed = 0;
let failed = 0;

/** Runs one check, and prints a line of it. What it throws is the reason why it failed; the next ones run all the same. */
export const check = async (name: string, run: () => unknown): Promise<boolean> => {
  try {
    await run();
    passed += 1;
    console.log(`ok    ${name}`);
    return true;
  } catch (error) {
    failed += 1;
    console.log(`FAIL  ${name}: ${error instanceof Error ? error.message : error}`);
    return false;
  }
};

/** Prints the closing line. Returns the exit code: a run without any check is no success. */
export const close = (): number => {
  console.log(`${passed} passed, ${failed} failed`);
  return failed === 0 && passed > 0 ? 0 : 1;
};
