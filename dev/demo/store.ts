import { startS3Server } from "../s3-server";
import type { DemoFolder } from "./demo-folder";
import type { Filling } from "./flows";
import { seed } from "./seed";

const bucket = "demo";
const region = "us-east-1";

/** The embedded S3 server with a seeded bucket, and what a connection node needs to reach it. */
export interface Store {
  filling: Filling;
  /** The paths of its objects. */
  paths(): string[];
  close(): Promise<void>;
}

/** Starts it on a free port of loopback, with these keys and no others; in the folder where there is one. */
export const startStore = async (accessKey: string, secretKey: string, kept?: DemoFolder): Promise<Store> => {
  const options = { accessKey, secretKey, region, buckets: [bucket], ...(kept && { folder: kept.store }) };
  const server = await startS3Server({ ...options, port: kept?.port ?? 0 }).catch((error) => {
    if (!kept?.port || error.code !== "EADDRINUSE") throw error;
    return startS3Server(options);
  });
  if (!kept || kept.isNew) seed(server, bucket, kept !== undefined);
  kept?.movedTo(server.port);
  return {
    filling: { auth: "keys", endpoint: server.endpoint, credentials: { accessKey, secretKey, region, bucket } },
    paths: () => server.keys(bucket),
    close: () => server.close(),
  };
};
