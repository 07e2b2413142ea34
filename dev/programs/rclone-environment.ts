import type { BootedServer } from "../servers/servers";

/**
 * What configures rclone by environment alone: its remote `s:` is the store.
 * @param provider as which store it treats the server: it has habits for each
 */
export const rcloneEnvironment = (
  { endpoint, accessKey, secretKey, region }: Omit<BootedServer, "down">,
  provider: string,
): Record<string, string> => ({
  // An empty file name: it neither looks for a configuration nor writes one.
  RCLONE_CONFIG: "",
  RCLONE_CONFIG_S_TYPE: "s3",
  RCLONE_CONFIG_S_PROVIDER: provider,
  RCLONE_CONFIG_S_ENDPOINT: endpoint,
  RCLONE_CONFIG_S_ACCESS_KEY_ID: accessKey,
  RCLONE_CONFIG_S_SECRET_ACCESS_KEY: secretKey,
  RCLONE_CONFIG_S_REGION: region,
  // Debian's release sends an ACL with each object, and S3's new buckets take no other (UserGuide/about-object-ownership).
  RCLONE_CONFIG_S_ACL: "bucket-owner-full-control",
});
