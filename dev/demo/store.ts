import { startS3Server } from "../s3-server";
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

/** Starts it on a free port of loopback, with these keys and no others. */
export const startStore = async (accessKey: string, secretKey: string): Promise<Store> => {
  const server = await startS3Server({ accessKey, secretKey, region, buckets: [bucket] });
  seed(server, bucket);
  return {
    filling: { auth: "keys", endpoint: server.endpoint, credentials: { accessKey, secretKey, region, bucket } },
    paths: () => server.keys(bucket),
    close: () => server.close(),
  };
};
