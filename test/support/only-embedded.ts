import { chosenServer } from "./chosen-server";

/**
 * Specs that only the embedded server can run, and why. On any other server each of them is reported as pending, by
 * its name and with the reason.
 */
export const onlyEmbedded = (reason: string, specs: () => void): void => {
  if (!chosenServer.access) {
    specs();
    return;
  }
  const hooks = ["before", "after", "beforeEach", "afterEach"] as const;
  const names = ["it", ...hooks] as const;
  const kept = names.map((name) => [name, global[name]] as const);
  const pending = (title: string) => kept[0]?.[1] && (kept[0][1] as Mocha.TestFunction)(`${title} [${reason}]`);
  Object.assign(global, { it: pending }, Object.fromEntries(hooks.map((name) => [name, () => {}])));
  try {
    specs();
  } finally {
    Object.assign(global, Object.fromEntries(kept));
  }
};

/** Reasons that many specs have. */
export const needsFaults = "only the embedded server fails, stalls and lies when it is told to";
export const needsUsers = "only the embedded server has users who may not do everything";
