import { rcloneEnvironment } from "../../dev/programs/rclone-environment";
import { baseEnvironment, type Client, linesOf, type Place, runner } from "./client";

/** As which store rclone is told to treat the server: it has habits for each. */
export type Provider = "Other" | "Ceph";

/**
 * rclone writes and shows control characters as their symbols, U+2400 and following
 * (https://rclone.org/overview/#restricted-filenames).
 */
const toPath = (key: string): string =>
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what it is about
  key.replace(/[\0-\x1f\x7f]/g, (at) => (at === "\x7f" ? "\u2421" : String.fromCharCode(0x2400 + at.charCodeAt(0))));
const toKey = (path: string): string =>
  path.replace(/[\u2400-\u241f\u2421]/g, (at) =>
    at === "\u2421" ? "\x7f" : String.fromCharCode(at.charCodeAt(0) - 0x2400),
  );

/** rclone, configured by environment alone. */
export const rcloneClient = (program: string, version: string, provider: Provider, place: Place): Client => {
  const env = {
    ...baseEnvironment(place),
    ...rcloneEnvironment(place.server, provider),
    RCLONE_CONFIG_S_BUCKET_ACL: "private",
    // It would try everything thirty times: a fault that passes would not be seen, and one that stays would take minutes.
    RCLONE_RETRIES: "1",
    RCLONE_LOW_LEVEL_RETRIES: "1",
    AWS_EC2_METADATA_DISABLED: "true",
  };
  const { attempt, run } = runner([program], env, place.home);
  const url = (bucket: string, key = "") => `s:${bucket}/${toPath(key)}`;
  return {
    name: `rclone ${version} (${provider})`,
    kind: "rclone",
    server: place.server.name,
    attempt,
    run,
    makeBucket: (bucket) => run(["mkdir", `s:${bucket}`]),
    removeBucket: (bucket) => run(["rmdir", `s:${bucket}`]),
    upload: (file, bucket, key, { contentType, metadata = {} } = {}) => {
      const options = contentType ? ["--header-upload", `Content-Type: ${contentType}`] : [];
      for (const [name, value] of Object.entries(metadata)) options.push("--metadata-set", `${name}=${value}`);
      return run(["copyto", "--metadata", ...options, file, url(bucket, key)]);
    },
    uploadParts: (file, bucket, key, mib) => {
      // By default, files of up to 200 MiB go in one request.
      const options = ["--s3-upload-cutoff", "5Mi", ...(mib === undefined ? [] : ["--s3-chunk-size", `${mib}Mi`])];
      return run(["copyto", ...options, file, url(bucket, key)]);
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
    async plan(folder, bucket, options = []) {
      const { code, stderr } = await attempt(["sync", "--dry-run", ...options, folder, url(bucket)]);
      if (code !== 0) throw new Error(stderr.slice(-500));
      return linesOf(stderr, /as --dry-run is set/);
    },
    pull: (bucket, folder) => run(["sync", url(bucket), folder]),
  };
};
