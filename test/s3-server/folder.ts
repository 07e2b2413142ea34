/** What the specs of folders share: a folder that goes afterwards, servers on it, and all that a server shows of itself. */
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  GetBucketVersioningCommand,
  GetObjectCommand,
  GetObjectTaggingCommand,
  ListBucketsCommand,
  ListMultipartUploadsCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  ListPartsCommand,
  type S3Client,
} from "@aws-sdk/client-s3";
import { type S3Server, type S3ServerOptions, startS3Server } from "../../dev/s3-server/index";
import { clientFor, sha256 } from "./support";

/** Runs `test` with the name of a folder that is not there yet, and removes it afterwards. */
export async function withFolder(test: (folder: string) => Promise<void>): Promise<void> {
  const above = mkdtempSync(join(tmpdir(), "amazon-s3-folder-"));
  try {
    await test(join(above, "store"));
  } finally {
    rmSync(above, { recursive: true, force: true });
  }
}

/** Runs `test` with a server on the folder, and closes it. */
export async function onFolder<T>(
  folder: string,
  test: (server: S3Server, client: S3Client) => Promise<T>,
  options: S3ServerOptions = {},
): Promise<T> {
  const server = await startS3Server({ folder, ...options });
  const client = clientFor(server);
  try {
    return await test(server, client);
  } finally {
    client.destroy();
    await server.close();
  }
}

/** The body files in a folder. */
export function bodyFiles(folder: string): string[] {
  return readdirSync(join(folder, "bodies")).sort();
}

/** Everything that a server tells of its buckets, asked over the wire. */
export async function everything(client: S3Client): Promise<unknown> {
  const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
  const all = [];
  for (const { Name: Bucket, CreationDate, BucketRegion } of Buckets) {
    const { Status } = await client.send(new GetBucketVersioningCommand({ Bucket }));
    const { Contents } = await client.send(new ListObjectsV2Command({ Bucket }));
    const { Versions = [], DeleteMarkers } = await client.send(
      // white space in keys does not survive the XML else
      new ListObjectVersionsCommand({ Bucket, EncodingType: "url" }),
    );
    const versions = [];
    for (const { Key: encoded = "", VersionId } of Versions) {
      const Key = decodeURIComponent(encoded.replaceAll("+", " "));
      const one = { Bucket, Key, VersionId };
      const { Body, $metadata, ...said } = await client.send(new GetObjectCommand({ ...one, ChecksumMode: "ENABLED" }));
      const bytes = Buffer.from((await Body?.transformToByteArray()) ?? []);
      const { TagSet } = await client.send(new GetObjectTaggingCommand(one));
      versions.push({ Key, ...said, bytes: `${bytes.length} ${sha256(bytes)}`, TagSet });
    }
    const { Uploads = [] } = await client.send(new ListMultipartUploadsCommand({ Bucket }));
    const uploads = [];
    for (const { Key, UploadId, Initiated } of Uploads) {
      const { $metadata, ...parts } = await client.send(new ListPartsCommand({ Bucket, Key, UploadId }));
      uploads.push({ Initiated, parts });
    }
    all.push({ Bucket, CreationDate, BucketRegion, Status, Contents, Versions, DeleteMarkers, versions, uploads });
  }
  return all;
}
