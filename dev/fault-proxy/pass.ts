import { type Agent, request as ask, type IncomingMessage, type ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import { errorReply } from "../s3-server/error-reply";
import { hookError, takesEffect } from "../s3-server/hooks";
import { forever, pause } from "../s3-server/latency";
import { copyBody } from "./copy-body";
import type { Fault } from "./fault";
import type { Passage } from "./passage";

/** Of requests and answers: more than S3 takes, so that what it says of that comes through. */
export const maxHeaderSize = 65_536;

/** The way from one client's connection to the server. */
export interface Way {
  target: URL;
  /** of one connection, which ends with the client's */
  agent: Agent;
  /** called when the server ends that connection */
  lost: () => void;
  /** ends whatever waits */
  closing: AbortSignal;
}

/** The head of an answer, and its body. */
interface Answer {
  status: number;
  /** names and values in turns, as they came */
  headers: string[];
  body: AsyncIterable<Buffer> | Iterable<Buffer>;
}

const whole = (body: Answer["body"]): Promise<Buffer> => buffer(body as AsyncIterable<Buffer>);

/**
 * Hands a request to the server, with its headers as they came: that of the host is signed.
 * @returns the answer, or undefined where the request's body was to be cut off
 */
const forward = (
  { target, agent, lost, closing }: Way,
  request: IncomingMessage,
  body: Answer["body"],
  { rate, resetAfter: limit }: Fault,
  entry: Passage,
): Promise<Answer | undefined> =>
  new Promise((resolve, reject) => {
    const { method, url: path, rawHeaders: headers } = request;
    const { hostname: host, port } = target;
    const sent = ask({
      host,
      port: port || 80,
      method,
      path,
      headers: headers as never,
      agent,
      setHost: false,
      maxHeaderSize,
    });
    sent.on("error", reject);
    sent.once("socket", (own) => own.listenerCount("close", lost) || own.once("close", lost));
    sent.once("response", (answer: IncomingMessage) => {
      // What is not read to its end is not to end the connection either.
      const body = answer.iterator({ destroyOnReturn: false });
      resolve({ status: answer.statusCode ?? 0, headers: answer.rawHeaders, body });
    });
    let came = 0;
    const onBytes = (count: number): void => {
      came += count;
      entry.received += count;
    };
    copyBody(body, sent, { limit, rate, closing, onBytes }).then(
      () => {
        if (limit === undefined || came < limit) sent.end();
        else resolve(undefined);
      },
      (error: unknown) => {
        // The client may have gone before this began, and its end have ended nothing.
        sent.destroy();
        reject(error);
      },
    );
  });

/** Puts a fault's status, headers and body in place of the answer's. */
const changed = async ({ status, headers, body }: Answer, fault: Fault): Promise<Answer> => {
  const replaced = fault.body;
  // Also where it does not matter: its connection goes on with its end.
  const came = replaced === undefined ? undefined : await whole(body);
  const bytes = typeof replaced === "function" ? replaced(came as Buffer) : replaced;
  const others: Record<string, string | undefined> = { ...fault.headers };
  if (bytes !== undefined) {
    others["transfer-encoding"] = undefined;
    others["content-length"] = String(Buffer.byteLength(bytes));
  }
  const names = Object.keys(others).map((name) => name.toLowerCase());
  const kept: string[] = [];
  for (let at = 0; at < headers.length; at += 2) {
    const [name = "", value = ""] = headers.slice(at, at + 2);
    if (!names.includes(name.toLowerCase())) kept.push(name, value);
  }
  for (const [name, value] of Object.entries(others)) if (value !== undefined) kept.push(name, value);
  return {
    status: fault.status ?? status,
    headers: kept,
    body: bytes === undefined ? body : [Buffer.from(bytes as Buffer)],
  };
};

/** The answer that stands in place of the server's, where the fault is an error or keeps the request from the server. */
const ownAnswer = (fault: Fault, url: string, index: number): Answer => {
  const {
    status = 200,
    headers = {},
    body,
  } = fault.error === undefined
    ? { body: "" }
    : errorReply(hookError(fault), { id: `FAULT${index}`, error: undefined }, url);
  const bytes = Buffer.from(body as string);
  // An error is a store's, unless its headers say otherwise.
  const named = fault.error === undefined ? {} : { "x-amz-request-id": `FAULT${index}` };
  const all = { ...named, ...headers, "content-length": String(bytes.length) };
  return { status, headers: Object.entries(all).flat(), body: [bytes] };
};

/** Gets the answer to a request, from the server or in its place. */
const answerTo = async (way: Way, request: IncomingMessage, fault: Fault, entry: Passage) => {
  const own = (): Answer => ownAnswer(fault, entry.path, entry.index);
  if (!takesEffect(fault)) return own();
  // Without the iterator's usual end of the stream, which would be that of the connection.
  const body = request.iterator({ destroyOnReturn: false });
  if (!fault.duplicate) {
    const answer = await forward(way, request, body, fault, entry);
    if (!answer || fault.error === undefined) return answer;
    await whole(answer.body);
    return own();
  }
  const bytes = [await whole(body)];
  const first = await forward(way, request, bytes, {}, entry);
  if (first) await whole(first.body);
  return forward(way, request, bytes, fault, entry);
};

/** Hands one request on and its answer back, with what befalls them on the way. Rejects when either end goes away. */
export const pass = async (
  way: Way,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault,
  entry: Passage,
): Promise<void> => {
  const { closing } = way;
  const { socket } = request;
  if (fault.delay !== undefined) await pause(fault.delay, closing);
  if (fault.reset) return void socket.resetAndDestroy();
  if (fault.stall && !takesEffect(fault)) return forever(closing);
  const answer = await answerTo(way, request, fault, entry);
  if (!answer) return void socket.resetAndDestroy();
  if (fault.delayAfter !== undefined) await pause(fault.delayAfter, closing);
  if (fault.stall) return forever(closing);
  if (fault.drop) {
    await whole(answer.body);
    return void socket.destroy();
  }
  // What the server has refused unread is not the answer's either.
  if (!request.complete) request.resume();
  const { status, headers, body } = await changed(answer, fault);
  entry.status = status;
  response.writeHead(status, headers);
  const bodyless = request.method === "HEAD" || status === 204 || status === 304;
  const limit = fault.cut ?? fault.stallAfter;
  const onBytes = (count: number): void => {
    entry.sent += count;
  };
  response.flushHeaders();
  if (bodyless) await whole(body);
  else await copyBody(body, response, { limit, rate: fault.rate, closing, onBytes });
  if (fault.stallAfter !== undefined) return forever(closing);
  if (fault.cut === undefined) return void response.end();
  // What was written is to leave before the connection goes.
  if (socket.writableLength > 0) await new Promise((resolve) => socket.write("", resolve));
  socket.destroy();
};
