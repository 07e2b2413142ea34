/** flood: very many messages for one node, in a Node-RED of its own. */
import { inChild, serveTask } from "../../dev/bench/in-child";
import { peakMemory } from "../../dev/bench/peak-memory";
import { startRuntime } from "../../dev/bench/runtime";
import type { Served } from "../../dev/bench/server";
import { sideBySide } from "../support/side-by-side";

export interface Flood {
  server: Served;
  messages: number;
  /** How many are under way at a time: each further one comes when another has been answered. */
  width: number;
}

export interface Flooded {
  /** How many messages ended so: by the code of the error, or "done". */
  ends: Record<string, number>;
  /** Whether the node still takes a message. */
  alive: boolean;
  /** MiB of resident memory, the most that it was. */
  peak: number;
}

/** Rejects when the process ends before all messages were answered. */
export const flood = (task: Flood): Promise<Flooded> => inChild(__filename, "the flood", task);

const work = async ({ server, messages, width }: Flood): Promise<Flooded> => {
  // The Catch node keeps the errors from the log.
  const nodes = [
    { id: "write", type: "amazon-s3-write" },
    { id: "catch", type: "catch", scope: null },
  ];
  const runtime = await startRuntime(server, nodes);
  const ends: Record<string, number> = {};
  const send = async (at: number): Promise<string> =>
    runtime.send("write", { payload: { path: `flood/${at}`, data: "x", overwrite: true } }).then(
      () => "done",
      (error: { code?: string }) => String(error.code),
    );
  const count = async (at: number): Promise<void> => {
    const end = await send(at);
    ends[end] = (ends[end] ?? 0) + 1;
  };
  await sideBySide(width, Array.from({ length: messages }).keys(), count);
  const alive = (await send(messages)) === "done";
  const peak = peakMemory();
  await runtime.close();
  return { ends, alive, peak };
};

serveTask(module, work);
