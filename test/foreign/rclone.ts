import { baseEnvironment, type Client, type Place, runner } from "./client";

/** As which store rclone is told to treat the server: it has habits for each. */
export type Provider = "Other" | "Ceph" | "AWS";

/**
 * rclone has `.` and `..` for itself; in a key it writes and shows them with full-width dots
 * (https://rclone.org/overview/#restricted-filenames).
 */
const toPath = (key: string): string => key.replace(/(?<=^|\/)\.{1,2}(?=\/|$)/g, (dots) => "．".repeat(dots.length));
const toKey = (path: string): string => path.replace(/(?<=^|\/)．{1,2}(?=\/|$)/g, (dots) => ".".repeat(dots.length));

/** rclone, configured by environment alone. */
export const rcloneClient = (program: string, version: string, provider: Provider, place: Place): Client => {
  const { endpoint, accessKey, secretKey, region } = place.server;
  const env = {
    ...baseEnvironment(place),
    // An empty file name: it neither looks for a configuration nor writes one.
    RCLONE_CONFIG: "",
    RCLONE_CONFIG_S_TYPE: "s3",
    RCLONE_CONFIG_S_PROVIDER: provider,
    RCLONE_CONFIG_S_ENDPOINT: endpoint,
    RCLONE_CONFIG_S_ACCESS_KEY_ID: accessKey,
    RCLONE_CONFIG_S_SECRET_ACCESS_KEY: secretKey,
    RCLONE_CONFIG_S_REGION: region,
    // As AWS it would look for the bucket in the host's name.
    RCLONE_CONFIG_S_FORCE_PATH_STYLE: "true",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const { attempt, run } = runner([program], env, place.home);
  const url = (bucket: string, key = "") => `s:${bucket}/${toPath(key)}`;
  return {
    name: `rclone ${version} (${provider})`,
    kind: "rclone",
    attempt,
    run,
    makeBucket: (bucket) => run(["mkdir", `s:${bucket}`]),
    removeBucket: (bucket) => run(["rmdir", `s:${bucket}`]),
    upload: (file, bucket, key, { contentType, metadata = {} } = {}) => {
      const options = contentType ? ["--header-upload", `Content-Type: ${contentType}`] : [];
      for (const [name, value] of Object.entries(metadata)) options.push("--metadata-set", `${name}=${value}`);
      return run(["copyto", "--metadata", ...options, file, url(bucket, key)]);
    },
    download: (bucket, key, file) => run(["copyto", url(bucket, key), file]),
    write: (bucket, key, bytes) => run(["rcat", url(bucket, key)], bytes),
    read: (bucket, key) => run(["cat", url(bucket, key)]),
    async list(bucket) {
      const printed = await run([
        "lsjson",
        "--recursive",
        "--files-only",
        "--no-mimetype",
        "--no-modtime",
        url(bucket),
      ]);
      return JSON.parse(printed.toString()).map(({ Path, Size }: { Path: string; Size: number }) => ({
        key: toKey(Path),
        size: Size,
      }));
    },
    async describe(bucket, key) {
      const printed = await run(["lsjson", "--stat", "--metadata", url(bucket, key)]);
      const { Size, MimeType, Metadata } = JSON.parse(printed.toString());
      return { size: Size, contentType: MimeType, metadata: Metadata };
    },
    copy: (bucket, from, to) => run(["copyto", url(bucket, from), url(bucket, to)]),
    remove: (bucket, key) => run(["deletefile", url(bucket, key)]),
    push: (folder, bucket) => run(["sync", folder, url(bucket)]),
    pull: (bucket, folder) => run(["sync", url(bucket), folder]),
  };
};
