import type { EventEmitter } from "node:events";

interface Client {
  send(topic: string, data: unknown): void;
}

/** The part of Node-RED's runtime API that is used here. */
export interface Comms {
  subscribe(options: { client: Client; topic: string }): Promise<unknown>;
}

const keep = 200;

/** Of Node-RED's log. */
const errorLevel = 20;

/** What the editor page asks for once its flows are there: see page.js. */
const asked = "s3-demo/history";

/**
 * Keeps what the debug nodes said, and says it again to each editor that opens later. Node-RED itself tells it only
 * to the editors that are open at that moment, so that nobody would see the results of a tour that has already run.
 */
export const keepHistory = (events: EventEmitter, comms: Comms): void => {
  const history: unknown[] = [];
  events.on("comms", (event: { topic: string; data: unknown }) => {
    // What Node-RED itself warns of, at its start, comes the same way, without a node.
    const { id } = event.data as { id?: string };
    if (event.topic === "debug" && id !== undefined && history.push(event.data) > keep) history.shift();
  });
  const subscribe = comms.subscribe;
  comms.subscribe = async (options) => {
    const subscribed = await subscribe(options);
    if (options.topic === asked) {
      for (const data of history) options.client.send("debug", data);
      options.client.send(asked, { messages: history.length });
    }
    return subscribed;
  };
};

/** Resolves to whether each of these debug nodes has spoken before an error was reported and the time was over. */
export const allSpoke = (events: EventEmitter, ids: readonly string[], milliseconds: number): Promise<boolean> =>
  new Promise((resolve) => {
    const silent = new Set(ids);
    const end = (all: boolean) => {
      clearTimeout(timer);
      events.off("comms", listen);
      resolve(all);
    };
    const listen = ({ topic, data }: { topic: string; data: { id?: string; level?: number } }) => {
      if (topic !== "debug" || !data.id) return;
      // An error that nobody caught comes the same way, with a level. There is nothing to wait for then.
      if (data.level !== undefined && data.level <= errorLevel) end(false);
      silent.delete(data.id);
      if (silent.size === 0) end(true);
    };
    const timer = setTimeout(() => end(false), milliseconds);
    events.on("comms", listen);
  });
