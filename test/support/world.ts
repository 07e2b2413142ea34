import { randomBytes } from "node:crypto";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { chosenServer } from "./chosen-server";
import { embeddedStore } from "./embedded-store";
import { remoteStore } from "./remote-store";
import type { BucketOptions, Store } from "./store";

/** What the specs of one file run against. */
export interface World {
  readonly s3: Store;
  /** What the server calls the spec's bucket "bucket". */
  readonly bucket: string;
  /** The embedded server with its hooks and counts: for specs in `onlyEmbedded`. */
  readonly embedded: S3Server;
}

interface Options {
  /** Beside "bucket". */
  buckets?: (string | BucketOptions)[];
  /** Options of the embedded server, for specs in `onlyEmbedded`. */
  embedded?: Omit<NonNullable<Parameters<typeof startS3Server>[0]>, "buckets">;
}

/** The chosen server for the specs of one file, with an empty bucket at first, and others where they are named. */
export const useStore = ({ buckets = [], embedded = {} }: Options = {}): World => {
  let store: Store | undefined;
  let server: S3Server | undefined;
  before(async () => {
    const suffix = randomBytes(4).toString("hex");
    const { access } = chosenServer;
    if (access) store = remoteStore(access, suffix);
    else {
      server = await startS3Server(embedded);
      store = embeddedStore(server, suffix);
    }
    for (const bucket of ["bucket", ...buckets]) await store.createBucket(bucket);
  });
  // Hooks of one spec are none of the next one's.
  afterEach(() => {
    if (server) server.hooks.length = 0;
  });
  after(async function () {
    this.timeout(120_000);
    await store?.close();
  });
  const running = <T>(what: T | undefined): T => {
    if (!what) throw new Error("the server is not running yet, or is not the embedded one");
    return what;
  };
  return {
    get s3() {
      return running(store);
    },
    get bucket() {
      return running(store).bucketName("bucket");
    },
    get embedded() {
      return running(server);
    },
  };
};
