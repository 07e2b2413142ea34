// What sdk_defaults_spec.ts runs in a process of its own: the AWS SDK with not one option set. Where the server is, the
// keys and the region are in the environment, where the SDK looks for them. Prints what it saw as JSON.
import { createHash } from "node:crypto";
import { Readable } from "node:stream";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CopyObjectCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  ListPartsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
  paginateListObjectsV2,
  S3Client,
  UploadPartCommand,
  waitUntilObjectExists,
} from "@aws-sdk/client-s3";

const MiB = 1024 * 1024;
const large = Buffer.alloc(11 * MiB, "0123456789abcdef and some more, so that parts differ\n");
const Bucket = "with-defaults";
const sha1 = (bytes: Uint8Array): string => createHash("sha1").update(bytes).digest("hex");

/** In pieces, as a file or a request gives them. */
const asStream = (bytes: Buffer): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 65_536) yield bytes.subarray(at, at + 65_536);
    })(),
    { objectMode: false },
  );

const bodies: Record<string, { Body: string | Uint8Array | Readable; bytes: Buffer; ContentLength?: number }> = {
  "empty string": { Body: "", bytes: Buffer.alloc(0) },
  string: { Body: "Zoë, 日本 😀", bytes: Buffer.from("Zoë, 日本 😀") },
  buffer: { Body: Buffer.from([0, 1, 255]), bytes: Buffer.from([0, 1, 255]) },
  Uint8Array: { Body: new Uint8Array([9, 8, 7]), bytes: Buffer.from([9, 8, 7]) },
  "large buffer": { Body: large, bytes: large },
  stream: { Body: asStream(large), bytes: large, ContentLength: large.length },
  "empty stream": { Body: Readable.from([], { objectMode: false }), bytes: Buffer.alloc(0), ContentLength: 0 },
};

const run = async (): Promise<unknown> => {
  const client = new S3Client();
  const wrong: string[] = [];
  await client.send(new CreateBucketCommand({ Bucket }));
  await client.send(new HeadBucketCommand({ Bucket }));
  const names = (await client.send(new ListBucketsCommand({}))).Buckets?.map(({ Name }) => Name);

  for (const [name, { bytes, ...body }] of Object.entries(bodies)) {
    const Key = `bodies/${name} +%.bin`;
    await client.send(new PutObjectCommand({ Bucket, Key, ...body, Metadata: { name } }));
    await waitUntilObjectExists({ client, maxWaitTime: 10 }, { Bucket, Key });
    const got = await client.send(new GetObjectCommand({ Bucket, Key }));
    const content = (await got.Body?.transformToByteArray()) ?? new Uint8Array();
    if (sha1(content) !== sha1(bytes)) wrong.push(`${name}: ${content.length} bytes instead of ${bytes.length}`);
    if (got.Metadata?.name !== name) wrong.push(`${name}: metadata ${JSON.stringify(got.Metadata)}`);
    if (!got.ChecksumCRC32) wrong.push(`${name}: no checksum to validate`);
    const head = await client.send(new HeadObjectCommand({ Bucket, Key }));
    if (head.ContentLength !== bytes.length) wrong.push(`${name}: HeadObject says ${head.ContentLength} bytes`);
  }

  const upload = { Bucket, Key: "parts.bin" };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(upload));
  const Parts = [];
  for (const [index, at] of [0, 5 * MiB, 10 * MiB].entries()) {
    const PartNumber = index + 1;
    const bytes = large.subarray(at, at + 5 * MiB);
    // both ways in which a part can be sent
    const Body = index === 1 ? asStream(bytes) : bytes;
    const { ETag, ChecksumCRC32 } = await client.send(
      new UploadPartCommand({ ...upload, UploadId, PartNumber, Body, ContentLength: bytes.length }),
    );
    Parts.push({ PartNumber, ETag, ChecksumCRC32 });
  }
  const parts = (await client.send(new ListPartsCommand({ ...upload, UploadId }))).Parts?.length;
  await client.send(new CompleteMultipartUploadCommand({ ...upload, UploadId, MultipartUpload: { Parts } }));
  const whole = await (await client.send(new GetObjectCommand(upload))).Body?.transformToByteArray();
  if (!whole || sha1(whole) !== sha1(large)) wrong.push("the object that came in parts differs");
  const begun = await client.send(new CreateMultipartUploadCommand(upload));
  await client.send(new AbortMultipartUploadCommand({ ...upload, UploadId: begun.UploadId }));

  await client.send(new CopyObjectCommand({ Bucket, Key: "copy of/parts.bin", CopySource: `${Bucket}/${upload.Key}` }));
  await client.send(new PutObjectTaggingCommand({ ...upload, Tagging: { TagSet: [{ Key: "a", Value: "b" }] } }));
  const range = await client.send(new GetObjectCommand({ ...upload, Range: "bytes=0-4" }));
  const firstFive = await range.Body?.transformToString();

  const keys: string[] = [];
  for await (const page of paginateListObjectsV2({ client }, { Bucket, MaxKeys: 2 })) {
    keys.push(...(page.Contents ?? []).map(({ Key = "" }) => Key));
  }
  await client.send(new DeleteObjectCommand({ Bucket, Key: keys[0] }));
  const Objects = keys.slice(1).map((Key) => ({ Key }));
  const { Deleted } = await client.send(new DeleteObjectsCommand({ Bucket, Delete: { Objects } }));
  await client.send(new DeleteBucketCommand({ Bucket }));
  return { wrong, names, parts, firstFive, keys: keys.length, deleted: Deleted?.length };
};

if (require.main === module) {
  run().then(
    (seen) => console.log(JSON.stringify(seen)),
    (error) => {
      console.error(error);
      process.exitCode = 1;
    },
  );
}
