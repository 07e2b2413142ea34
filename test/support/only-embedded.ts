import { type Difference, differences } from "../servers";
import { chosenServer } from "./chosen-server";
import { isKnown } from "./differs";
import { must } from "./must";

/** Defines specs so that each of them is reported as pending, by its name and with the reason. */
const asPending = (reason: string, specs: () => void): void => {
  const { it: define } = global;
  const hooks = ["before", "after", "beforeEach", "afterEach"] as const;
  const kept = Object.fromEntries([["it", define], ...hooks.map((name) => [name, global[name]])]);
  const pending = (title: string) => define(`${title} [${reason}]`);
  Object.assign(global, { it: pending }, Object.fromEntries(hooks.map((name) => [name, () => {}])));
  try {
    specs();
  } finally {
    Object.assign(global, kept);
  }
};

const unless = (condition: boolean, reason: string, specs: () => void): void => {
  if (condition) asPending(reason, specs);
  else specs();
};

/** Specs that only the embedded server can run, and why. */
export const onlyEmbedded = (reason: string, specs: () => void): void =>
  unless(chosenServer.access !== undefined, reason, specs);

/** Specs that make no sense on a server with this difference, which another spec asserts. */
export const unlessDiffers = (difference: Difference, specs: () => void): void =>
  unless(isKnown(difference), `${difference}: ${differences[difference].what}`, specs);

/** In a `describe`, before its other hooks: only the embedded server can run any of its specs, and why. */
export const allOnlyEmbedded = (reason: string): void => {
  if (chosenServer.access === undefined) return;
  before(function () {
    const suite = must(this.test?.parent);
    suite.eachTest((test) => {
      if (!test.isPending()) test.title += ` [${reason}]`;
    });
    // So its hooks do not run either.
    suite.pending = true;
  });
};

/** Reasons that many specs have. */
export const needsFaults = "only the embedded server fails, stalls and lies when it is told to";
export const needsUsers = "only the embedded server has users who may not do everything";
export const hasOwnServer = "they start an embedded server of their own, whichever server is chosen";
export const ownMemory = "they measure the memory of this process, which is the same with any server";
