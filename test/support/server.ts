import { type S3Server, startS3Server } from "../../dev/s3-server";

/** A server for the specs of one file, with an empty bucket for each of them. */
export const useServer = (options: Parameters<typeof startS3Server>[0] = {}): { readonly s3: S3Server } => {
  let server: S3Server | undefined;
  before(async () => {
    server = await startS3Server({ buckets: ["bucket"], ...options });
  });
  after(() => server?.close());
  return {
    get s3() {
      if (!server) throw new Error("the server is not running yet");
      return server;
    },
  };
};
