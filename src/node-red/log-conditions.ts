import type { Node } from "node-red";
import { meanings, noKeys } from "../core/codes";
import type { Connection } from "../core/connection";
import type { Condition } from "../core/health";
import { shortCode } from "../core/short-code";

const sentence = ({ state, code = "" }: Condition, redact: (text: string) => string): string => {
  const meaning = code === "NoConnection" ? noKeys : meanings[code];
  return `${state}: ${meaning ? `${meaning.what}. ${meaning.hint} ` : ""}(${shortCode(code, redact)})`;
};

/** Has a connection's node log one line for each change of how it stands with it. */
export const logConditions = (node: Pick<Node, "warn" | "log">, { health, redact }: Connection): void => {
  let before = health.condition.state;
  health.watch((condition) => {
    const { state, after } = condition;
    if (state === "connected") node.log(`connected again, after ${Math.max(1, Math.round(after / 1000))} s ${before}`);
    else node.warn(sentence(condition, redact));
    before = state;
  });
};
