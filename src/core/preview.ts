import { GetObjectCommand } from "@aws-sdk/client-s3";
import { S3Error } from "./error";
import { head } from "./head";
import { checkObjectPath, keyOf } from "./key";
import type { About, Context } from "./operation";

/** What a form shows of an object. */
export interface Preview {
  /** In the words of `msg.s3`. */
  about: About;
  /** The first lines, where they are text. */
  text?: string;
  /** A small image, as a data URL. */
  image?: string;
}

/** Bytes of text that are looked at, and characters that are shown. */
const textBytes = 4096;

/** Bytes: what is larger would take too long to show. */
const imageBytes = 1_000_000;

/** Those that every browser shows; SVG cannot run scripts within an image. */
const imageTypes = /^image\/(png|jpeg|gif|webp|avif|bmp|svg\+xml)$/;

/** How bytes begin as text in UTF-8, of which the last character may have been cut in two. */
const beginning = (bytes: Uint8Array): string | undefined => {
  try {
    // As a stream, of which more could come: what is cut is held back.
    const text = new TextDecoder("utf-8", { fatal: true }).decode(bytes, { stream: true });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what text does not have
    return /[\u0000-\u0008\u000e-\u001f]/.test(text) ? undefined : text;
  } catch {
    return undefined;
  }
};

const bytesOf = async ({ connection, bucket, signal }: Context, key: string, count: number): Promise<Uint8Array> => {
  const input = { Bucket: bucket, Key: key, Range: `bytes=0-${count - 1}` };
  const { Body } = await connection.send(new GetObjectCommand(input), signal);
  const whole = (await Body?.transformToByteArray()) ?? new Uint8Array();
  // A store that knows no ranges sends all of it.
  return whole.subarray(0, count);
};

/**
 * What an object is, and how it begins. Of large ones no more than a few KB are fetched.
 * @throws NoSuchKey, and what the store answers otherwise
 */
export const preview = async (context: Context, path: string): Promise<Preview> => {
  checkObjectPath(path);
  const key = keyOf(context.connection, path);
  const about = await head(context, key);
  if (!about) throw new S3Error("NoSuchKey", `there is no object ${path} any more`, { path });
  const { size = 0, contentType } = about as { size?: number; contentType?: string };
  if (size === 0) return { about };
  const type = (contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? "";
  if (imageTypes.test(type)) {
    if (size > imageBytes) return { about };
    const bytes = await bytesOf(context, key, size);
    return { about, image: `data:${type};base64,${Buffer.from(bytes).toString("base64")}` };
  }
  const text = beginning(await bytesOf(context, key, Math.min(size, textBytes)));
  return { about, ...(text === undefined ? {} : { text }) };
};
