import { ListBucketsCommand } from "@aws-sdk/client-s3";
import type { ConnectionSettings } from "../connection-settings";
import { toS3Error } from "../to-error";
import { withConnection } from "./with-connection";

/** Names offered in a form: who has more types them. */
const most = 1000;

/**
 * The names of the account's buckets, the first thousand of them.
 * @throws an S3Error that says why they cannot be listed
 */
export const listBuckets = (settings: ConnectionSettings, signal: AbortSignal): Promise<string[]> =>
  withConnection(settings, signal, async (connection, ending) => {
    try {
      const { Buckets } = await connection.send(new ListBucketsCommand({ MaxBuckets: most }), ending);
      return (Buckets ?? []).flatMap(({ Name }) => Name ?? []).slice(0, most);
    } catch (error) {
      throw toS3Error(error, { operation: "list the buckets", redact: connection.redact });
    }
  });
