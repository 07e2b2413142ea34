import type { Node } from "node-red";
import { isOfThisMachine, isOfTls } from "../core/codes";
import type { Condition } from "../core/health";

/** Characters that fit below a node. */
const width = 20;
/** Updates in any second, but for that of the deploy. */
const most = 4;
/** Those among them that may be there already where work goes on: one is left for how it ends. */
const mostWorking = most - 1;

/** Changes within so many ms are shown together. */
const moment = 20;

type Shown = { fill: "blue" | "green" | "yellow" | "red"; shape: "dot" | "ring"; text: string } | Record<string, never>;

/** What a node shows below itself. */
export interface Status {
  /** A message came. */
  begin(): void;
  /** How far the one message in flight has come. */
  progress(text: string): void;
  /** With what restriction a message that is about to end has done its work. */
  caveat(text: string): void;
  /** A message is done, or failed with a code. */
  end(code?: string): void;
  /** How it stands with the connection: shown while no message is at work, until it is connected again. */
  condition(condition: Condition): void;
  /** The node was deployed: it shows nothing, or with which code it cannot work at all. */
  deployed(broken?: string): void;
  /** From here on nothing is shown: the next deploy's node has the place. */
  close(): void;
}

/** What is to be looked at is not always the keys, or the store. */
const nameOf = (state: Condition["state"], code = ""): string => {
  if (code === "RequestTimeTooSkewed") return "clock";
  if (state !== "offline") return state;
  return isOfThisMachine(code) ? "machine" : isOfTls(code) ? "tls" : state;
};

/** Names of the catalogue, which the editor shows in the user's language. */
const shownOf = ({ state, code }: Condition): Shown | undefined => {
  if (state === "connected") return undefined;
  return { fill: state === "throttled" ? "yellow" : "red", shape: "ring", text: `state.${nameOf(state, code)}` };
};

const cut = (text: string): string => (text.length > width ? `${text.slice(0, width - 1)}…` : text);

/**
 * @param verb shown while one message is at work
 * @param collects whether what came waits for more, so that it is not done
 */
export const createStatus = (node: Node, verb: string, collects: () => boolean = () => false): Status => {
  const sent: number[] = [];
  let timer: NodeJS.Timeout | undefined;
  let pending: Shown | undefined;
  let last = "";
  let inFlight = 0;
  let failed: string | undefined;
  let restricted: string | undefined;
  let closed = false;
  /** What the node itself would show while it has no work. */
  let own: Shown = {};
  let connection: Shown | undefined;

  const flush = (): void => {
    timer = undefined;
    if (!pending) return;
    const shown = pending;
    pending = undefined;
    const text = JSON.stringify(shown);
    if (text === last) return;
    last = text;
    sent.push(Date.now());
    if (sent.length > most) sent.shift();
    node.status(shown);
  };
  const show = (shown: Shown): void => {
    if (closed) return;
    pending = shown;
    // What was pending may have had to wait longer, or not as long.
    clearTimeout(timer);
    timer = undefined;
    const before = sent.at(-(shown.fill === "blue" ? mostWorking : most));
    const wait = before === undefined ? 0 : before + 1010 - Date.now();
    if (wait <= 0) flush();
    else timer = setTimeout(flush, wait).unref();
  };
  let working = verb;
  let soon: NodeJS.Timeout | undefined;
  const showWork = (): void => {
    soon = undefined;
    if (inFlight === 0) return;
    show({ fill: "blue", shape: "dot", text: cut(inFlight > 1 ? `${inFlight} in flight` : working) });
  };
  /** What changes in the same moment, such as the number of a burst of messages, is one update. */
  const showWorkSoon = (): void => {
    soon ??= setTimeout(showWork, moment).unref();
  };

  return {
    begin() {
      inFlight++;
      if (inFlight > 1) return showWorkSoon();
      failed = undefined;
      restricted = undefined;
      working = verb;
      showWork();
    },
    progress(text) {
      working = text;
      showWorkSoon();
    },
    caveat(text) {
      restricted = text;
    },
    end(code) {
      inFlight--;
      failed = code ?? failed;
      working = verb;
      if (inFlight > 0) showWorkSoon();
      else if (failed) {
        // What the message itself says is closer than how it stands with the connection.
        own = { fill: "red", shape: "ring", text: cut(failed) };
        show(own);
      } else {
        own = restricted
          ? { fill: "yellow", shape: "ring", text: cut(restricted) }
          : collects()
            ? { fill: "blue", shape: "ring", text: "waits for more" }
            : { fill: "green", shape: "dot", text: "done" };
        show(connection ?? own);
      }
    },
    condition(condition) {
      const before = connection?.text;
      connection = shownOf(condition);
      // By another code: what the node itself says is closer still.
      if (connection && connection.text === before) return;
      if (inFlight === 0) show(connection ?? own);
    },
    deployed(broken) {
      sent.push(Date.now());
      node.status(broken ? { fill: "red", shape: "ring", text: cut(broken) } : {});
    },
    close() {
      closed = true;
      clearTimeout(soon);
      clearTimeout(timer);
      timer = undefined;
      pending = undefined;
    },
  };
};
