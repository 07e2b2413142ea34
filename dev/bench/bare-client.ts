import { S3Client } from "@aws-sdk/client-s3";

/** A store, and keys for it. */
export interface Store {
  endpoint: string;
  region: string;
  accessKey: string;
  secretKey: string;
}

/** The AWS SDK as its documentation shows it. */
export const bareClient = ({ endpoint, region, accessKey, secretKey }: Store, more: object = {}): S3Client =>
  new S3Client({
    ...more,
    endpoint,
    region,
    forcePathStyle: true,
    credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
  });
