import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { baseEnvironment, type Client, inHome, linesOf, type Place, runner } from "./client";

/** The AWS CLI. Nothing is switched off: it is told where the server is and its keys, and no more. */
export const awsClient = (program: string, version: string, place: Place): Client => {
  const { endpoint, accessKey, secretKey, region } = place.server;
  const env = {
    ...baseEnvironment(place),
    AWS_ACCESS_KEY_ID: accessKey,
    AWS_SECRET_ACCESS_KEY: secretKey,
    AWS_DEFAULT_REGION: region,
  };
  const { attempt, run } = runner([program, "--endpoint-url", endpoint], env, place.home);
  const url = (bucket: string, key = "") => `s3://${bucket}/${key}`;
  return {
    name: `aws ${version}`,
    kind: "aws",
    server: place.server.name,
    attempt,
    run,
    makeBucket: (bucket) => run(["s3", "mb", `s3://${bucket}`]),
    removeBucket: (bucket) => run(["s3", "rb", `s3://${bucket}`]),
    upload: (file, bucket, key, { contentType, metadata = {} } = {}) => {
      const options = contentType ? ["--content-type", contentType] : [];
      if (Object.keys(metadata).length > 0) options.push("--metadata", JSON.stringify(metadata));
      return run(["s3", "cp", file, url(bucket, key), ...options]);
    },
    async uploadParts(file, bucket, key, mib) {
      // No option has it.
      const config = inHome(place, ".aws", "config");
      mkdirSync(inHome(place, ".aws"), { recursive: true });
      if (mib !== undefined) writeFileSync(config, `[default]\ns3 =\n  multipart_chunksize = ${mib}MB\n`);
      try {
        return await run(["s3", "cp", file, url(bucket, key)]);
      } finally {
        rmSync(config, { force: true });
      }
    },
    download: (bucket, key, file) => run(["s3", "cp", url(bucket, key), file]),
    write: (bucket, key, bytes) => run(["s3", "cp", "-", url(bucket, key)], bytes),
    read: (bucket, key) => run(["s3", "cp", url(bucket, key), "-"]),
    async list(bucket) {
      const printed = (await run(["s3api", "list-objects-v2", "--bucket", bucket, "--output", "json"])).toString();
      const { Contents = [] } = printed.trim() === "" ? {} : JSON.parse(printed);
      return (Contents ?? []).map(({ Key, Size }: { Key: string; Size: number }) => ({ key: Key, size: Size }));
    },
    async describe(bucket, key) {
      const printed = await run(["s3api", "head-object", "--bucket", bucket, "--key", key, "--output", "json"]);
      const { ContentLength, ContentType, Metadata } = JSON.parse(printed.toString());
      return { size: ContentLength, contentType: ContentType, metadata: Metadata };
    },
    copy: (bucket, from, to) => run(["s3", "cp", url(bucket, from), url(bucket, to)]),
    remove: (bucket, key) => run(["s3", "rm", url(bucket, key)]),
    push: (folder, bucket) => run(["s3", "sync", "--delete", folder, url(bucket)]),
    plan: async (folder, bucket, options = []) =>
      linesOf(await run(["s3", "sync", "--delete", "--dryrun", ...options, folder, url(bucket)]), /^\(dryrun\)/),
    pull: (bucket, folder) => run(["s3", "sync", "--delete", url(bucket), folder]),
  };
};
