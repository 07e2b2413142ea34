import { type S3Server, startS3Server } from "../../dev/s3-server";
import { allOnlyEmbedded, hasOwnServer } from "./only-embedded";

type Options = Parameters<typeof startS3Server>[0];

interface World {
  readonly s3: S3Server;
}

const serve = (start: typeof before, stop: typeof after, options: Options): World => {
  let server: S3Server | undefined;
  allOnlyEmbedded(hasOwnServer);
  start(async () => {
    server = await startS3Server({ buckets: ["bucket"], ...options });
  });
  stop(() => server?.close());
  return {
    get s3() {
      if (!server) throw new Error("the server is not running yet");
      return server;
    },
  };
};

/** A server for the specs of one file, with an empty bucket at first. */
export const useServer = (options: Options = {}): World => serve(before, after, options);

/** A server for each spec of one file, so that none sees requests that another one left hanging. */
export const useFreshServer = (options: Options = {}): World => serve(beforeEach, afterEach, options);
