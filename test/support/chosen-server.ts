import type { Access } from "./remote-store";

const { S3_SERVER, S3_ENDPOINT, S3_ACCESS_KEY, S3_SECRET_KEY, S3_REGION } = process.env;

/**
 * The server that the specs run against: S3_SERVER is its name in the table of differences, the others say where it
 * is. Without S3_ENDPOINT, it is the embedded one.
 */
export const chosenServer: { name: string; access?: Access } = S3_ENDPOINT
  ? {
      name: S3_SERVER ?? "other",
      access: {
        endpoint: S3_ENDPOINT,
        accessKey: S3_ACCESS_KEY ?? "",
        secretKey: S3_SECRET_KEY ?? "",
        region: S3_REGION ?? "us-east-1",
      },
    }
  : { name: "embedded" };

if (!S3_ENDPOINT && S3_SERVER && S3_SERVER !== "embedded") {
  throw new Error(`S3_SERVER=${S3_SERVER} needs S3_ENDPOINT; npm run test:servers -- ${S3_SERVER} sets both`);
}
