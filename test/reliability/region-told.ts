/** regionTold: how a Node-RED of its own tells of the region that a bucket is in, deploy by deploy. */
import { setTimeout as pause } from "node:timers/promises";
import { inChild, serveTask } from "../../dev/bench/in-child";
import { startNodeRed } from "../secrets/node-red";
import type { Target } from "../support/target";

export interface Task {
  server: Pick<Target, "endpoint" | "accessKey" | "secretKey" | "region">;
  /** Where the bucket is. */
  region: string;
  /** What a node for each verb is sent. */
  works: readonly (readonly [verb: string, payload: object])[];
  deploys: number;
}

export interface Told {
  /** Statuses that nodes came to after their message, in all deploys. */
  statuses: number;
  /** What is not told as it should be. */
  wrong: string[];
}

export const regionTold = (task: Task): Promise<Told> => inChild(__filename, "the Node-RED of another region", task);

interface Status {
  id: string;
  status: { fill?: string; text?: string };
}

/** What the form has, and no message does unless it says so. */
const typedIn: Readonly<Record<string, object>> = {
  delete: { ifMissing: "ignore", ifMissingType: "str" },
  write: { overwrite: true, overwriteType: "bool" },
};

/** Far longer than a status takes to be shown. */
const patience = 5000;

const warning = 30;

const work = async ({ server, region, works, deploys }: Task): Promise<Told> => {
  const nodeRed = await startNodeRed();
  const { shown } = nodeRed;
  const { endpoint, accessKey, secretKey } = server;
  const at = { z: "tab", x: 0, y: 0, wires: [] };
  const flows = [
    { id: "tab", type: "tab", label: "another region" },
    { id: "s3", type: "amazon-s3-config", endpoint, conditionalWrites: "trust" },
    ...works.map(([verb]) => ({ id: verb, ...at, type: `amazon-s3-${verb}`, connection: "s3", ...typedIn[verb] })),
  ];
  const credentials = { s3: { accessKey, secretKey, region: server.region, bucket: "bucket" } };
  const last = (verb: string) => (shown.statuses as Status[]).findLast(({ id }) => id === verb)?.status;
  const warnings = () =>
    (shown["log handler"] as { level: number; msg: unknown }[])
      .filter(({ level }) => level === warning)
      .map(({ msg }) => String(msg));
  const told: Told = { statuses: 0, wrong: [] };
  await nodeRed.tapped(async () => {
    for (let deploy = 0; deploy < deploys && told.wrong.length === 0; deploy++) {
      await nodeRed.deploy(flows, credentials);
      await nodeRed.clear();
      for (let one = 0; one < works.length && told.wrong.length === 0; one++) {
        // Each is the first at some time.
        const [verb, payload] = works[(deploy + one) % works.length] as Task["works"][number];
        const error = await nodeRed.send(verb, { payload: { ...payload } });
        if (error) told.wrong.push(`${verb}: ${error}`);
        const isTold = () => last(verb)?.text === `in ${region}` && last(verb)?.fill === "yellow";
        for (const end = Date.now() + patience; !isTold() && Date.now() < end; ) await pause(5);
        if (isTold()) told.statuses++;
        else told.wrong.push(`the status of ${verb} is ${JSON.stringify(last(verb))}`);
      }
      const lines = warnings();
      if (lines.length !== 1 || !lines[0]?.includes(`is in ${region}: set Region`))
        told.wrong.push(`the log has ${JSON.stringify(lines)}`);
    }
  });
  await nodeRed.close();
  return told;
};

serveTask(module, work);
