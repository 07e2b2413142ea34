import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import type { Answer, Order } from "./messages";
import { fillUserDir, makeUserDir, removeUserDir } from "./user-dir";

/** Node-RED in a process of its own. */
export interface NodeRed {
  /** What it answered when it was ready, or why it is not. */
  answer: Answer;
  /** Resolves when the process has ended, asked or not. */
  ended: Promise<void>;
  /** Ends it, and clears up. */
  end(): Promise<void>;
}

const patience = 8000;

const exit = (child: ChildProcess): Promise<void> =>
  new Promise((resolve) => {
    if (child.exitCode !== null || child.signalCode !== null) resolve();
    else child.once("exit", () => resolve());
  });

/**
 * Starts Node-RED, in a user directory of its own unless one is to be kept. `stopped` fires where the demo is ended before
 * Node-RED is ready.
 */
export const startNodeRed = async (order: Order, stopped: AbortSignal, kept?: string): Promise<NodeRed> => {
  if (kept !== undefined) fillUserDir(kept);
  const userDir = kept ?? makeUserDir();
  const child = fork(join(__dirname, "node-red.js"), [userDir, ...(kept === undefined ? [] : ["keep"])], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
    // The SDK would announce, in eight lines, that it will end its support of Node 20 one day.
    env: { ...process.env, AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: "true" },
  });
  const ended = exit(child).then(() => {
    if (kept === undefined) removeUserDir(userDir);
  });
  const end = async () => {
    // Without its channel it ends by itself, as it does when this process is killed.
    if (child.connected) child.disconnect();
    const timer = setTimeout(() => child.kill("SIGKILL"), patience);
    await ended;
    clearTimeout(timer);
  };
  const answer = await new Promise<Answer>((resolve) => {
    child.once("message", (message) => resolve(message as Answer));
    child.once("error", (error) => resolve({ failure: error.message }));
    child.once("exit", () => resolve({ failure: "Node-RED ended before it was ready; the lines above say why" }));
    stopped.addEventListener("abort", () => resolve({ failure: "" }), { once: true });
    if (stopped.aborted) resolve({ failure: "" });
    child.send(order);
  });
  return { answer, ended, end };
};
