import { writeFileSync } from "node:fs";
import { baseEnvironment, type Client, inHome, linesOf, type Place, runner } from "./client";

/** A line of `s3cmd ls`: date, time, size, URL. */
const line = /^\d{4}-\d\d-\d\d \d\d:\d\d +(\d+) +s3:\/\/[^/]+\/(.*)$/;

/** s3cmd, with a configuration in its home that says where the server is, and its keys. */
export const s3cmdClient = (program: string, version: string, place: Place): Client => {
  const { endpoint, accessKey, secretKey, region } = place.server;
  const { host } = new URL(endpoint);
  const config = inHome(place, "s3cfg");
  const lines = [
    "[default]",
    `access_key = ${accessKey}`,
    `secret_key = ${secretKey}`,
    `bucket_location = ${region}`,
    `host_base = ${host}`,
    // Without a place for the bucket, it goes into the path.
    `host_bucket = ${host}`,
    "use_https = False",
  ];
  writeFileSync(config, lines.join("\n"), { mode: 0o600 });
  const { attempt, run } = runner([program, "--config", config, "--no-progress"], baseEnvironment(place), place.home);
  const url = (bucket: string, key = "") => `s3://${bucket}/${key}`;
  return {
    name: `s3cmd ${version}`,
    kind: "s3cmd",
    server: place.server.name,
    attempt,
    run,
    makeBucket: (bucket) => run(["mb", `s3://${bucket}`]),
    removeBucket: (bucket) => run(["rb", `s3://${bucket}`]),
    upload: (file, bucket, key, { contentType, metadata = {} } = {}) => {
      const options = contentType ? [`--mime-type=${contentType}`] : [];
      for (const [name, value] of Object.entries(metadata)) options.push(`--add-header=x-amz-meta-${name}:${value}`);
      return run(["put", ...options, file, url(bucket, key)]);
    },
    uploadParts: (file, bucket, key, mib) =>
      run(["put", ...(mib === undefined ? [] : [`--multipart-chunk-size-mb=${mib}`]), file, url(bucket, key)]),
    download: (bucket, key, file) => run(["get", "--force", url(bucket, key), file]),
    write: (bucket, key, bytes) => run(["put", "-", url(bucket, key)], bytes),
    read: (bucket, key) => run(["get", url(bucket, key), "-"]),
    async list(bucket) {
      const printed = (await run(["ls", "--recursive", url(bucket)])).toString();
      return printed.split("\n").flatMap((text) => {
        const [, size, key] = line.exec(text) ?? [];
        return key === undefined ? [] : [{ key, size: Number(size) }];
      });
    },
    async describe(bucket, key) {
      const printed = (await run(["info", url(bucket, key)])).toString();
      const all = [...printed.matchAll(/^ {3}([^:]+): +(.*)$/gm)].map(([, name, value]) => [name, value] as const);
      const shown = new Map(all);
      return {
        size: Number(shown.get("File size")),
        contentType: shown.get("MIME type"),
        metadata: Object.fromEntries(
          all.flatMap(([name = "", value = ""]) => {
            const [, own] = /^x-amz-meta-(.*)$/.exec(name) ?? [];
            return own === undefined ? [] : [[own, value]];
          }),
        ),
      };
    },
    copy: (bucket, from, to) => run(["cp", url(bucket, from), url(bucket, to)]),
    remove: (bucket, key) => run(["del", url(bucket, key)]),
    push: (folder, bucket) => run(["sync", "--delete-removed", `${folder}/`, url(bucket)]),
    plan: async (folder, bucket, options = []) =>
      linesOf(
        await run(["sync", "--delete-removed", "--dry-run", ...options, `${folder}/`, url(bucket)]),
        /^(upload|delete|remote copy):/,
      ),
    pull: (bucket, folder) => run(["sync", "--delete-removed", url(bucket), `${folder}/`]),
  };
};
