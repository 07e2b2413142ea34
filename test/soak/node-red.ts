// The Node-RED of the soak: it is told where the store is, works for as long as it is told, and tells what it held.
import { createServer } from "node:http";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { root } from "../../dev/demo/root";
import { countClientSockets } from "./client-sockets";
import { deployEvery } from "./deploys";
import { firstOf, flowsOf, lines } from "./flows";
import type { Ended, Order, Sample } from "./messages";

// biome-ignore lint/suspicious/noExplicitAny: Node-RED's types leave most of it out
const RED: any = require("node-red");

/** For the ends of what a deploy has aborted. */
const quiet = 3000;
const feedEvery = 100;

const openSockets = countClientSockets();

const faults: string[] = [];
process.on("unhandledRejection", (reason) => faults.push(`unhandled rejection: ${reason}`));
process.on("uncaughtExceptionMonitor", (error) => faults.push(`uncaught: ${error}`));
process.on("warning", ({ name, message }) => {
  // The AWS SDK's, of Node.js 20.
  if (!message.startsWith("NodeVersionSupportWarning")) faults.push(`${name}: ${message.slice(0, 200)}`);
});

const listenersOf = (emitter: NodeJS.EventEmitter): number =>
  emitter.eventNames().reduce((sum, name) => sum + emitter.listenerCount(name), 0);

const take = async (start: number): Promise<Sample> => {
  // Weak references and finalizers take a second turn.
  for (let turn = 0; turn < 3; turn++) {
    (globalThis as unknown as { gc(): void }).gc();
    await pause(50);
  }
  const { heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo().filter((name) => !/Timeout|Immediate/.test(name));
  return {
    at: Math.round((performance.now() - start) / 1000),
    memory: (heapUsed + external) / 2 ** 20,
    handles: resources.length,
    sockets: openSockets(),
    listeners: listenersOf(process) + listenersOf(RED.runtime.events),
  };
};

const soak = async ({ endpoint, home, seconds, ...keys }: Order): Promise<Ended> => {
  const all = lines(home);
  RED.init(createServer(), {
    userDir: home,
    httpAdminRoot: false,
    httpNodeRoot: false,
    nodesDir: join(root, "nodes"),
    logging: { console: { level: "off" } },
    credentialSecret: false,
    editorTheme: { projects: { enabled: false } },
  });
  const flowsStarted = () => new Promise((resolve) => RED.runtime.events.once("flows:started", resolve));
  const empty = flowsStarted();
  await RED.start();
  await empty;
  const done: Record<string, number> = {};
  const failed: Record<string, number> = {};
  // biome-ignore lint/suspicious/noExplicitAny: as above
  RED.hooks.add("onComplete.soak", ({ node, error }: any) => {
    const { type } = node.node;
    if (!type.startsWith("amazon-s3")) return;
    if (error) failed[error.code ?? String(error)] = (failed[error.code ?? String(error)] ?? 0) + 1;
    else done[type] = (done[type] ?? 0) + 1;
  });
  const credentials = { s3: { ...keys, bucket: "bucket" } };
  const deploy = async (version: number): Promise<void> => {
    const started = flowsStarted();
    const flows = { flows: flowsOf(all, endpoint, version), credentials };
    await RED.runtime.flows.setFlows({ flows, deploymentType: "full" });
    await started;
  };
  let feeding = false;
  let turn = 0;
  const feeder = setInterval(() => {
    if (!feeding) return;
    const line = turn++ % all.length;
    RED.nodes.getNode(firstOf(line))?.receive(all[line]?.msg(Math.floor(turn / all.length)));
  }, feedEvery);
  const every = deployEvery(seconds);
  const start = performance.now();
  const samples: Sample[] = [];
  for (let version = 0; performance.now() - start < seconds * 1000; version++) {
    await deploy(version);
    await pause(quiet);
    samples.push(await take(start));
    feeding = true;
    // By the clock, so that a machine that is busy has no fewer samples.
    await pause(Math.max(quiet, start + (version + 1) * every - performance.now()));
    feeding = false;
  }
  clearInterval(feeder);
  await deploy(-1);
  await pause(quiet);
  samples.push(await take(start));
  await RED.stop();
  return { samples, done, failed, faults };
};

process.once("message", (order: Order) => {
  soak(order).then(
    (ended) => process.send?.(ended, () => process.exit(0)),
    (error: unknown) => {
      console.error(error);
      process.exit(1);
    },
  );
});
process.once("disconnect", () => process.exit(1));
