import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { type IncomingMessage, request } from "node:http";
import type { Socket } from "node:net";

/** What a debug node said. `msg` is text, or JSON, as `format` says. */
export interface Said {
  id: string;
  name: string;
  format: string;
  msg: string;
}

/** The channel on which Node-RED talks to its editors. */
export interface Comms {
  /** Everything that debug nodes said so far. */
  said: readonly Said[];
  close(): void;
}

/** Takes whole WebSocket frames off the front (RFC 6455, 5.2: a server sends them unmasked). Returns what is left. */
const takeFrames = (bytes: Buffer, take: (text: string) => void): Buffer => {
  let rest = bytes;
  while (rest.length >= 2) {
    const short = (rest[1] as number) & 0x7f;
    const start = short === 126 ? 4 : short === 127 ? 10 : 2;
    if (rest.length < start) break;
    const length = short === 126 ? rest.readUInt16BE(2) : short === 127 ? Number(rest.readBigUInt64BE(2)) : short;
    if (rest.length < start + length) break;
    if (((rest[0] as number) & 0x0f) === 1) take(rest.toString("utf8", start, start + length));
    rest = rest.subarray(start + length);
  }
  return rest;
};

/**
 * Listens to Node-RED's debug nodes as an editor does. Node 20 has no WebSocket of its own, and this test needs no
 * more of it than to read.
 */
export const listen = async (url: string): Promise<Comms> => {
  const headers = {
    connection: "Upgrade",
    upgrade: "websocket",
    "sec-websocket-version": "13",
    "sec-websocket-key": randomBytes(16).toString("base64"),
  };
  const upgrade = request(new URL("comms", url), { headers }).end();
  const [, socket, head] = (await once(upgrade, "upgrade")) as [IncomingMessage, Socket, Buffer];
  const said: Said[] = [];
  const take = (text: string) => {
    const messages = JSON.parse(text);
    for (const { topic, data } of Array.isArray(messages) ? messages : []) if (topic === "debug") said.push(data);
  };
  let rest = takeFrames(head, take);
  socket.on("data", (bytes: Buffer) => {
    rest = takeFrames(Buffer.concat([rest, bytes]), take);
  });
  return { said, close: () => socket.destroy() };
};
