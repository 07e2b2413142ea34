import type { S3Client } from "@aws-sdk/client-s3";
export interface Connection {
  client: S3Client;
}
