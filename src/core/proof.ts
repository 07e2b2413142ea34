import { isUtf8 } from "node:buffer";
import { Readable } from "node:stream";
import { setImmediate as otherWork } from "node:timers/promises";
import type { S3Client } from "@aws-sdk/client-s3";
import { type Along, type Attempts, along } from "./attempts";
import { collectBytes, collectInto } from "./collect-bytes";
import { type DeleteReport, readDeleteReport } from "./delete-report";
import { S3Error } from "./error";
import { plainEtag } from "./etag";
import { type Page, type PageRoot, readPageInSlices } from "./reply-pages";
import { createSpareBuffers } from "./spare-buffers";
import { isPassing } from "./to-error";
import { readXml } from "./xml";

/**
 * A reply is believed only when it is complete: a login page of a proxy answers 200 too. Sits next to the wire, inside
 * the SDK's retries, so that an unbelievable reply is asked for again where that is safe.
 */

export interface HttpReply {
  statusCode: number;
  headers: Record<string, string>;
  body?: unknown;
  /** What was read out of the body. */
  page?: Page | undefined;
  report?: DeleteReport | undefined;
}

/** Commands whose success is proved by an ETag in the head of the answer. */
const provedByEtag = new Set(["PutObjectCommand", "UploadPartCommand", "GetObjectCommand", "HeadObjectCommand"]);

/** Of those, the ones that S3 answers without a body: a web server's page has an ETag too. */
const bodyless = new Set(["PutObjectCommand", "UploadPartCommand"]);

const rootOf: Readonly<Record<string, string>> = {
  ListObjectsV2Command: "ListBucketResult",
  ListObjectVersionsCommand: "ListVersionsResult",
  DeleteObjectsCommand: "DeleteResult",
  GetObjectTaggingCommand: "Tagging",
  CreateMultipartUploadCommand: "InitiateMultipartUploadResult",
  CompleteMultipartUploadCommand: "CompleteMultipartUploadResult",
};

const unbelievable = (message: string, reply: HttpReply): Error =>
  Object.assign(new Error(message), {
    name: "InvalidResponse",
    // The SDK tries again what is marked like this.
    $retryable: {},
    $metadata: { httpStatusCode: reply.statusCode, requestId: reply.headers["x-amz-request-id"] },
  });

const unproven = Symbol("unproven");

/** Whether an error is a Complete's answer that is well-formed, and leaves open whether the object is there. */
export const isUnproven = (error: unknown): boolean => (error as { [unproven]?: true })[unproven] === true;

/** Longer than any answer of S3: a page of 1,000 keys of 1,024 bytes, each of them escaped. */
const longestXml = 32 * 1024 * 1024;

/** Longer than any error of S3. */
const longestError = 1024 * 1024;

/** What a body holds, or an error that tells that it was cut off. */
const whole = async <T>(reply: HttpReply, collected: Promise<T>): Promise<T> => {
  try {
    return await collected;
  } catch (error) {
    const { name } = error as Error;
    throw name === "TimeoutError" || name === "AbortError" ? error : unbelievable("the answer was cut off", reply);
  }
};

/** The body of an answer, or of a longer one its beginning. */
const bodyOf = (reply: HttpReply, limit: number): Promise<Buffer> =>
  whole(reply, collectBytes(reply.body as AsyncIterable<Buffer>, limit));

/** Ends what nobody reads. */
export const discard = (body: unknown): void => {
  const stream = body as Readable | undefined;
  stream?.on?.("error", () => {});
  stream?.destroy?.();
};

/** What was read once need not be read again, by a slower parser. */
const nothingOf = (root: string): Readable => Readable.from([Buffer.from(`<${root}></${root}>`)]);

const checkXml = (bytes: Buffer, reply: HttpReply): void => {
  if (bytes.length > longestXml) throw unbelievable("the answer is longer than any of S3", reply);
  // Its keys would be read as others, which may be somebody's.
  if (!isUtf8(bytes)) throw unbelievable("the answer is no UTF-8", reply);
};

/** For the pages of listings and the reports of deletions, of which nothing but texts is kept. */
const spares = createSpareBuffers(8, 512 * 1024, 30_000);

let lastTurn: Promise<unknown> = Promise.resolve();

/** Of pages that come at once, one after the other is looked at, with other work in between. */
const inTurn = (): Promise<unknown> => {
  lastTurn = lastTurn.then(() => otherWork());
  return lastTurn;
};

const provePage = async (root: PageRoot, reply: HttpReply, attempts?: Attempts): Promise<void> => {
  const body = reply.body as AsyncIterable<Buffer>;
  const { bytes, buffer } = await whole(reply, collectInto(spares, body, longestXml));
  checkXml(bytes, reply);
  if (attempts?.outline) {
    await inTurn();
    reply.page = attempts.outline(bytes);
  }
  if (!reply.page) {
    reply.page = await readPageInSlices(bytes, root);
    attempts?.page?.(bytes);
  }
  spares.give(buffer);
};

/** S3 may find out that it fails after it has answered 200 (API_CompleteMultipartUpload). The SDK reads such errors. */
const isFailure = (bytes: Buffer): boolean =>
  /^\s*(<\?xml[^>]*>)?\s*<Error>/.test(bytes.subarray(0, 200).toString("utf8"));

/** What is read for nothing but that it is whole. */
const unread = { open() {}, close() {} };

const proveReport = async (root: string, reply: HttpReply, attempts?: Attempts): Promise<void> => {
  const { bytes, buffer } = await whole(reply, collectInto(spares, reply.body as AsyncIterable<Buffer>, longestXml));
  checkXml(bytes, reply);
  if (isFailure(bytes)) {
    const xml = bytes.toString("utf8");
    readXml(xml, "Error", unread);
    reply.body = Readable.from([Buffer.from(xml)]);
  } else {
    reply.report = await readDeleteReport(bytes, attempts?.victims);
    reply.body = nothingOf(root);
  }
  spares.give(buffer);
};

const proveXml = async (root: string, reply: HttpReply): Promise<void> => {
  const bytes = await bodyOf(reply, longestXml);
  checkXml(bytes, reply);
  reply.body = Readable.from([bytes]);
  const xml = bytes.toString("utf8");
  if (isFailure(bytes)) return readXml(xml, "Error", unread);
  // An object may have no tags: that the answer is whole is all there is to see.
  if (root === "Tagging") return readXml(xml, root, unread);
  let proof = "";
  const proving = root === "CompleteMultipartUploadResult" ? "ETag" : "UploadId";
  readXml(xml, root, {
    open() {},
    close(name, _depth, text) {
      if (name === proving) proof = text;
    },
  });
  if (proof !== "") return;
  const error = unbelievable(`the answer has no ${proving}`, reply);
  // To ask again would tell no more of a Complete than a look at the object does.
  throw proving === "ETag" ? Object.assign(error, { [unproven]: true, $retryable: undefined }) : error;
};

/** Whether a body is S3's way to say what is wrong (API/ErrorResponses). */
const isError = (body: string): boolean =>
  /<Error>[\s\S]*<Code>[^<]+<\/Code>[\s\S]*<\/Error>|<ErrorResponse[\s>]/.test(body);

/** Whether a body is whole, and nothing that the SDK's parser stumbles over. */
const isReadable = (body: string): boolean => {
  try {
    readXml(body, body.includes("<ErrorResponse") ? "ErrorResponse" : "Error", unread);
    return true;
  } catch {
    return false;
  }
};

/** An answer that is no success: by a store, or by whatever else answers at the endpoint. */
const proveError = async (command: string, reply: HttpReply): Promise<void> => {
  // A HEAD has no body to tell.
  if (command.startsWith("Head")) return;
  const { statusCode } = reply;
  // An endless one must not fill the memory.
  const bytes = (await bodyOf(reply, longestError)).subarray(0, longestError);
  const body = bytes.toString("utf8");
  const known = isError(body) && isReadable(body);
  // Faults and throttling come from proxies too, and pass. Some stores have refusals without a body, but for 404.
  const passing = isPassing(statusCode) || (bytes.length === 0 && statusCode !== 404);
  if (!known && !passing) {
    const error = unbelievable(`an answer with HTTP status ${statusCode} that no store gives`, reply);
    throw Object.assign(error, { $retryable: undefined });
  }
  reply.body = Readable.from(known ? [bytes] : []);
};

/** What the answer is to. */
export interface Asked {
  [along]?: Along;
  Range?: string;
}

const prove = async (command: string, reply: HttpReply, { Range, [along]: goesAlong }: Asked): Promise<void> => {
  const { statusCode, headers } = reply;
  if (statusCode < 200 || statusCode > 299) return proveError(command, reply);
  if (bodyless.has(command) && headers["content-length"] !== "0") {
    const bytes = await bodyOf(reply, 1000);
    reply.body = Readable.from([]);
    if (bytes.toString("latin1").trim() !== "") throw unbelievable("a write was answered with a page of text", reply);
  }
  if (provedByEtag.has(command) && !plainEtag(headers.etag)) {
    discard(reply.body);
    throw unbelievable("the answer has no ETag", reply);
  }
  if (command === "GetObjectCommand" && statusCode === 206 && Range === undefined) {
    discard(reply.body);
    throw unbelievable("a part of the object came, and all of it was asked for", reply);
  }
  if (command === "DeleteObjectCommand" || command === "AbortMultipartUploadCommand") {
    const bytes = await bodyOf(reply, 1000);
    reply.body = Readable.from([]);
    if (statusCode !== 204 && !(statusCode === 200 && bytes.length === 0)) {
      throw unbelievable("a deletion was answered with a page of text", reply);
    }
  }
  const root = rootOf[command];
  if (root === "ListBucketResult" || root === "ListVersionsResult") await provePage(root, reply, goesAlong?.attempts);
  else if (root === "DeleteResult") await proveReport(root, reply, goesAlong?.attempts);
  else if (root) await proveXml(root, reply);
};

/**
 * Looks whether an answer is what the command is answered with, and reads a page or a report.
 * @throws what the SDK tries again, where that is safe
 */
export const believe = async (command: string, reply: HttpReply, asked: Asked): Promise<void> => {
  try {
    await prove(command, reply, asked);
  } catch (error) {
    const { attempts } = asked[along] ?? {};
    if (attempts) attempts.doubtful = true;
    throw error instanceof S3Error ? unbelievable(error.message, reply) : error;
  }
};

interface Stacked {
  response: HttpReply;
  output: Record<string, unknown>;
}

/** Adds the proofs to a client. Outputs of listings then carry `page`, those of DeleteObjects carry `report`. */
export const addProof = (client: S3Client): void => {
  const inner = (next: (args: unknown) => Promise<Stacked>, context: { commandName?: string }) => {
    return async (args: { input: Asked }): Promise<Stacked> => {
      const result = await next(args);
      const { commandName = "" } = context;
      await believe(commandName, result.response, args.input);
      if (result.response.page) result.response.body = nothingOf(rootOf[commandName] as string);
      return result;
    };
  };
  const outer = (next: (args: unknown) => Promise<Stacked>) => {
    return async (args: unknown): Promise<Stacked> => {
      const result = await next(args);
      const { page, report } = result.response;
      if (page) result.output.page = page;
      // The SDK's promises hold both for long.
      result.response.page = undefined;
      result.response.report = undefined;
      if (report) result.output.report = report;
      return result;
    };
  };
  client.middlewareStack.add(inner as never, { step: "deserialize", priority: "low", name: "proof" });
  client.middlewareStack.add(outer as never, { step: "deserialize", priority: "high", name: "proved" });
};
