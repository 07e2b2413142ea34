/** What checks do all the time: putting objects, reading them back, seeing that nothing was stored. */
import { GetObjectCommand, PutObjectCommand, type PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { Context } from "./context";
import { answered, holds, same } from "./expect";

/** Puts an object at the SDK's default settings; gives its key. */
export async function put(
  c: Context,
  Body: string | Buffer,
  more: Partial<PutObjectCommandInput> = {},
): Promise<string> {
  const Key = more.Key ?? c.key();
  await c.client.send(new PutObjectCommand({ Bucket: c.bucket, Body, ...more, Key }));
  return Key;
}

/** Puts an object of one byte for each key, sixteen at a time. By hand, as the SDK takes its time for thousands. */
export async function putAll(c: Context, bucket: string, keys: readonly string[]): Promise<void> {
  let next = 0;
  const work = async (): Promise<void> => {
    for (let at = next++; at < keys.length; at = next++) {
      const path = c.path(keys[at] as string, bucket);
      await answered(c.raw({ method: "PUT", path, body: "x", keepAlive: true }), 200);
    }
  };
  await Promise.all(Array.from({ length: 16 }, work));
}

/** The bytes of an object. */
export async function bytesOf(c: Context, key: string, bucket = c.bucket): Promise<Buffer> {
  const { Body } = await c.client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
  return Buffer.from((await Body?.transformToByteArray()) ?? []);
}

/** Throws unless the object has these bytes. */
export async function hasBytes(c: Context, key: string, expected: string | Buffer, bucket?: string): Promise<void> {
  const found = await bytesOf(c, key, bucket);
  const wanted = Buffer.from(expected);
  same(found.length, wanted.length, "the length of what is stored");
  holds(found.equals(wanted), "what is stored has other bytes than what was sent");
}

/** Throws when there is an object with this key. */
export async function notStored(c: Context, key: string): Promise<void> {
  const { status } = await c.raw({ method: "HEAD", path: c.path(key) });
  holds(status === 404, `refused, but HEAD of the object answers ${status}`);
}
