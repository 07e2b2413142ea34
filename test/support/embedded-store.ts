import type { S3Server } from "../../dev/s3-server";
import type { BucketOptions, Store } from "./store";

/** The embedded server as a store like any other. */
export const embeddedStore = (server: S3Server, suffix: string): Store => {
  const { endpoint, accessKey, secretKey, region } = server;
  const bucketName = (name: string) => name && `${name}-${suffix}`;
  return {
    endpoint,
    accessKey,
    secretKey,
    region,
    get requests() {
      return server.requests;
    },
    clear: () => server.clear(),
    bucketName,
    async createBucket(bucket) {
      const options: BucketOptions = typeof bucket === "string" ? { name: bucket } : bucket;
      server.createBucket({ ...options, name: bucketName(options.name) });
    },
    setVersioning: async (bucket, status) => server.setVersioning(bucketName(bucket), status),
    put: async (bucket, key, body, options) => server.put(bucketName(bucket), key, body, options),
    async seed(bucket, keys, body) {
      server.seed(bucketName(bucket), keys, body);
    },
    async get(bucket, key, versionId) {
      const object = server.get(bucketName(bucket), key, versionId);
      return object && { ...object, encrypted: "x-amz-server-side-encryption" in object.headers };
    },
    keys: async (bucket, prefix) => server.keys(bucketName(bucket), prefix),
    versions: async (bucket, key) => server.versions(bucketName(bucket), key),
    uploads: async (bucket) =>
      server.uploads(bucketName(bucket)).map(({ id, key, parts }) => ({ id, key, parts: parts.length })),
    close: () => server.close(),
  };
};
