import { DeleteObjectsCommand, type S3Client } from "@aws-sdk/client-s3";
import type { Victim } from "./remove";

/**
 * The body of a DeleteObjects, written here: the SDK makes some ten objects for each of its thousand keys, and they outlive the
 * collections of all that is deleted meanwhile.
 */

/** What must not stand in a text: what XML means something by, and ends of lines, which readers make others of. */
const special = /[&<>"'\r\n\u0085\u2028]/;
const specials = new RegExp(special, "g");

const escapeXml = (text: string): string =>
  special.test(text) ? text.replace(specials, (one) => `&#${one.charCodeAt(0)};`) : text;

/** @returns UTF-8, as API_DeleteObjects has it, with a report of each key asked for */
export const deleteBody = (victims: readonly Victim[]): Buffer => {
  let xml = '<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">';
  for (const { key, versionId } of victims) {
    xml += `<Object><Key>${escapeXml(key)}</Key>`;
    if (versionId) xml += `<VersionId>${escapeXml(versionId)}</VersionId>`;
    xml += "</Object>";
  }
  return Buffer.from(`${xml}<Quiet>false</Quiet></Delete>`);
};

const body = Symbol("body");

interface Input {
  [body]?: Buffer;
}

/** A command that is sent with this body. @param victims one at least */
export const deleteCommand = (bucket: string, victims: readonly Victim[]): DeleteObjectsCommand => {
  const [{ key: Key }] = victims as [Victim];
  // What the SDK knows of it: enough to be no mistake.
  const command = new DeleteObjectsCommand({ Bucket: bucket, Delete: { Objects: [{ Key }], Quiet: false } });
  Object.assign(command.input, { [body]: deleteBody(victims) } satisfies Input);
  return command;
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
