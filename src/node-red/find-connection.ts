import type { NodeAPI } from "node-red";
import type { Connection } from "../core/connection";
import { invalid, S3Error } from "../core/error";
import type { ConnectionNode } from "./connection-node";

const noConnection = (why: string): S3Error => new S3Error("NoConnection", why);

const noBucket = (): S3Error => noConnection("there is no bucket: fill in Bucket in the connection or in the node");

/** The connection of an operation node, or the reason why it has none. */
export const findConnection = (RED: NodeAPI, config: Record<string, unknown>): Connection | S3Error => {
  if (!config.connection) return noConnection("no connection is chosen: open the node and choose one");
  const found = RED.nodes.getNode(String(config.connection)) as ConnectionNode | null | undefined;
  if (!found) return noConnection("the connection is missing or disabled: open the node and choose one");
  const { connection, broken } = found;
  if (!connection) return broken ?? noConnection("the connection is no Amazon S3 connection: choose another");
  const literal = config.bucketType === undefined || config.bucketType === "str";
  if (!connection.settings.bucket && !config.bucket && literal) return noBucket();
  return connection;
};

/** Refuses what is no name of a bucket: it could change the host or the path that is asked. */
export const checkBucket = (bucket: string, { settings }: Connection): void => {
  if (bucket === "") throw noBucket();
  // An access point has a host and a region of its own: only whoever edits the connection may name one.
  if (bucket === settings.bucket && /^arn:[\w:/.-]+$/.test(bucket)) return;
  // So has a directory bucket, which the SDK looks for at AWS whatever the endpoint is.
  const directory = settings.endpoint !== "" && bucket.endsWith("--x-s3");
  if (/^[A-Za-z0-9][A-Za-z0-9._:-]{1,254}$/.test(bucket) && !/^arn:/.test(bucket) && !directory) return;
  const way = "use lower-case letters, digits, dots and hyphens; folders belong into the path";
  throw invalid("bucket", `${JSON.stringify(bucket.slice(0, 100))} is no name of a bucket: ${way}`);
};
