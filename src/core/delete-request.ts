import { DeleteObjectsCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Victim } from "./remove";
import { createSpareBuffers } from "./spare-buffers";

/**
 * The body of a DeleteObjects, written here: the SDK makes some ten objects for each of its thousand keys, and they outlive the
 * collections of all that is deleted meanwhile.
 */

/** What must not stand in a text: what XML means something by, and ends of lines, which readers make others of. */
const special = /[&<>"'\r\n\u0085\u2028]/;
const specials = new RegExp(special, "g");

const escapeXml = (text: string): string =>
  special.test(text) ? text.replace(specials, (one) => `&#${one.charCodeAt(0)};`) : text;

const head = Buffer.from(
  '<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">',
);
const foot = Buffer.from("<Quiet>false</Quiet></Delete>");
const [open, between, close] = ["<Object><Key>", "</Key><VersionId>", "</VersionId></Object>"].map((tag) =>
  Buffer.from(tag),
) as [Buffer, Buffer, Buffer];
const closeKey = Buffer.from("</Key></Object>");

/** One for each request of a few that are under way. */
const spares = createSpareBuffers(8, 64 * 1024, 30_000);

/** @returns UTF-8, as API_DeleteObjects has it, with a report of each key asked for */
export const deleteBody = (victims: readonly Victim[]): { bytes: Buffer; buffer: Buffer } => {
  let size = head.length + foot.length;
  for (const { key, versionId } of victims) {
    size += open.length + Buffer.byteLength(escapeXml(key));
    size += versionId ? between.length + Buffer.byteLength(escapeXml(versionId)) + close.length : closeKey.length;
  }
  const bytes = spares.take(size);
  let at = 0;
  const add = (part: Buffer): void => {
    bytes.set(part, at);
    at += part.length;
  };
  const addText = (text: string): void => {
    at += bytes.write(escapeXml(text), at);
  };
  add(head);
  for (const { key, versionId } of victims) {
    add(open);
    addText(key);
    if (versionId) {
      add(between);
      addText(versionId);
    }
    add(versionId ? close : closeKey);
  }
  add(foot);
  return { bytes: bytes.subarray(0, at), buffer: bytes };
};

const body = Symbol("body");

interface Input {
  [body]?: Buffer;
}

/** A command that is sent with a body of ours. */
export interface DeleteCommand {
  command: DeleteObjectsCommand;
  /** Its memory is used again: it was sent once, and all of it, as the answer shows. */
  over(): void;
}

/** @param victims one at least */
export const deleteCommand = (bucket: string, victims: readonly Victim[]): DeleteCommand => {
  const [{ key: Key }] = victims as [Victim];
  // What the SDK knows of it: enough to be no mistake.
  const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key }], Quiet: false } });
  const { bytes, buffer } = deleteBody(victims);
  Object.assign(command.input, { [body]: bytes } satisfies Input);
  return { command, over: () => spares.give(buffer) };
};

/** Has a client send these bodies, before it adds up, signs and counts what it sends. */
export const addDeleteBody = (client: S3Client): void => {
  const add = (next: (args: unknown) => unknown) => (args: { input: Input; request: { body: unknown } }) => {
    const own = args.input[body];
    if (own) args.request.body = own;
    return next(args);
  };
  client.middlewareStack.add(add as never, { step: "build", priority: "high", name: "deleteBody" });
};
