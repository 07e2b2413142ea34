import { startS3Server } from "../s3-server";
import type { BootedServer } from "./servers";

const roleArn = "arn:aws:iam::123456789012:role/S3Access";

/** The embedded server in this process, on any free port, with an empty bucket and a role that may do everything. */
export const bootEmbedded = async (): Promise<Omit<BootedServer, "name">> => {
  const bucket = "test-bucket";
  const server = await startS3Server({ region: "us-east-1", buckets: [bucket], roles: [{ arn: roleArn }] });
  const { endpoint, accessKey, secretKey, region } = server;
  return { endpoint, accessKey, secretKey, region, bucket, sts: { endpoint, roleArn }, down: () => server.close() };
};
