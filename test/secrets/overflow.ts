import { longestQueue } from "../../src/node-red/queue";
import type { Place } from "./fail";
import { flowOf, idOf } from "./flow";
import { type Leak, leaksIn } from "./leaks";

/** Sends more messages than may wait at a node; looks at what the first one too many gets to see. */
export const overflow = async ({ server, nodeRed, canaries }: Place): Promise<{ leaks: Leak[]; code: unknown }> => {
  server.hooks.length = 0;
  server.hook({ stall: true });
  const read = { verb: "read" };
  const { flows, credentials } = flowOf(server.endpoint, { concurrency: 1 }, [read], ["token"]);
  const id = idOf(read, "token");
  // No node that shows ten thousand messages.
  const few = flows.filter(({ type, id: one }) => type === "tab" || type === "amazon-s3-config" || one === id);
  await nodeRed.deploy(few, credentials);
  await nodeRed.clear();
  const refused = new Promise((resolve) => {
    for (let count = 0; count < longestQueue + 10; count++)
      void nodeRed.send(id, { payload: { path: `${count}.txt` } }).then(resolve);
  });
  const error = (await refused) as { code?: unknown } | undefined;
  const leaks = leaksIn(nodeRed.shown, canaries);
  await nodeRed.deploy([]);
  await nodeRed.clear();
  return { leaks, code: error?.code };
};
