import { setTimeout as pause } from "node:timers/promises";
import type { Bench } from "./bench";
import { must } from "./must";

/** Waits for the status that a node is to show at last, for two seconds at most, and holds it to that. */
export const shown = async ({ statuses }: Bench, status: { fill: string; text: string }): Promise<void> => {
  const last = () => statuses.at(-1);
  for (let round = 0; last()?.text !== status.text && round < 400; round++) await pause(5);
  must(last()).should.match(status);
};
