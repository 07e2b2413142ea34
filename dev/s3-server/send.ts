/** Sends a reply, whole or as a hook wants it spoiled. */
import type { ServerResponse } from "node:http";
import type { Writable } from "node:stream";
import { type Body, memoryBody, wholeBody } from "./body";
import type { Reply } from "./exchange";
import type { HookAction } from "./hooks";
import { forever, pause } from "./latency";

const SMALL = 262_144;

/** Sends `reply`, whose headers are its own, and resolves when it is handed to the socket. `closing` ends whatever waits. */
export async function send(
  response: ServerResponse,
  reply: Reply,
  action: HookAction,
  closing: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  const head = response.req.method === "HEAD";
  const headers = reply.headers ?? {};
  let status = action.status ?? reply.status ?? 200;
  if (status < 100 || status > 999) status = 500;
  let body: Body | Buffer | undefined = typeof reply.body === "string" ? Buffer.from(reply.body) : reply.body;
  if (action.body !== undefined) body = replaced(body, action.body);
  // head and body of a small reply leave in one write
  else if (body !== undefined && !Buffer.isBuffer(body) && body.size <= SMALL && !head) body = wholeBody(body);
  const size = body === undefined ? 0 : Buffer.isBuffer(body) ? body.length : body.size;
  const bodyless = status === 204 || status === 304;
  if (!bodyless && (headers["content-length"] === undefined || action.body !== undefined)) {
    if (!head || headers["content-length"] === undefined) headers["content-length"] = String(size);
  }
  for (const name in action.headers) {
    const value = action.headers[name];
    if (value === undefined) delete headers[name.toLowerCase()];
    else headers[name.toLowerCase()] = value;
  }
  response.writeHead(status, headers);
  const limit = action.cut ?? action.stallAfter;
  if (
    limit === undefined &&
    action.rate === undefined &&
    (Buffer.isBuffer(body) || body === undefined || head || bodyless)
  ) {
    onBytes(head || bodyless ? 0 : size);
    response.end(head || bodyless ? undefined : body);
    return;
  }
  if (body !== undefined && !head && !bodyless) {
    const source = Buffer.isBuffer(body) ? memoryBody([body]) : body;
    await write(response, source, Math.min(size, limit ?? size), action.rate, closing, onBytes);
  } else {
    response.flushHeaders();
  }
  if (action.stallAfter !== undefined) return forever(closing);
  if (action.cut === undefined) {
    response.end();
    return;
  }
  // let what was written leave before the connection goes
  const { socket } = response.req;
  if (socket.writableLength > 0) await new Promise((resolve) => socket.write("", resolve));
  socket.destroy();
}

async function write(
  response: ServerResponse,
  body: Body,
  end: number,
  rate: number | undefined,
  closing: AbortSignal,
  onBytes: (count: number) => void,
): Promise<void> {
  response.flushHeaders();
  // small steps, so that a fast line is an even one
  const interval = rate !== undefined && rate > 1e6 ? 10 : 50;
  const step = rate === undefined ? Number.POSITIVE_INFINITY : Math.max(1, Math.ceil((rate * interval) / 1000));
  let left = end;
  for (const piece of body.read(0, end)) {
    for (let at = 0; at < piece.length; at += step) {
      const part = piece.subarray(at, at + step);
      const free = response.write(part);
      onBytes(part.length);
      left -= part.length;
      // whoever has all of it may send the next request at once, whose reply waits for the end of this one
      if (left === 0) return;
      if (rate !== undefined) await pause(interval, closing);
      else if (!free) await drained(response);
      if (response.destroyed) return;
    }
  }
}

/** Resolves when there is room to write, or nobody to write to. */
export function drained(to: Writable): Promise<void> {
  return new Promise((resolve) => {
    if (to.destroyed) {
      resolve();
      return;
    }
    const done = (): void => {
      to.off("drain", done).off("close", done);
      resolve();
    };
    to.on("drain", done).on("close", done);
  });
}

function replaced(body: Buffer | Body | undefined, by: NonNullable<HookAction["body"]>): Buffer {
  if (typeof by !== "function") return Buffer.from(by as string);
  const whole =
    body === undefined ? Buffer.alloc(0) : Buffer.isBuffer(body) ? body : Buffer.concat([...body.read(0, body.size)]);
  return Buffer.from(by(Buffer.from(whole)) as string);
}
