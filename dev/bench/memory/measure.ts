import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { Served } from "../server";
import { type Told, tellMemory } from "./child";
import { ways } from "./ways";

/** Lines of 64 KiB, each of them another one. */
function* lines(bytes: number): Generator<Buffer> {
  const line = Buffer.alloc(65_536, "0123456789abcdef");
  line[line.length - 1] = 10;
  for (let at = 0; at < bytes; at += line.length) {
    line.write(String(at).padStart(16, "0"));
    yield Buffer.from(line);
  }
}

export interface Measured extends Told {
  /** Of the way. */
  name: string;
}

/**
 * Moves an object of so many bytes on each of the ways, one after the other, each in a Node-RED of its own.
 * @param names of the ways; the first must put what the others fetch
 * @throws Error for a way that moved more or fewer bytes
 */
export const measureMemory = async (
  server: Served,
  home: string,
  size: number,
  names: readonly string[] = ways.map(({ name }) => name),
): Promise<Measured[]> => {
  const file = join(home, "source");
  await pipeline(Readable.from(lines(size)), createWriteStream(file));
  const told: Measured[] = [];
  for (const name of names) {
    const way = ways.findIndex((one) => one.name === name);
    // A new one for each would have nothing to fetch: what puts, replaces what was put before.
    const one = await tellMemory({ server, way, file, key: "object", scratch: home });
    if (one.bytes !== size) throw new Error(`${name} moved ${one.bytes} bytes of ${size}`);
    told.push({ name, ...one });
  }
  return told;
};
