/** The bytes of objects. Never joined into one Buffer, so that objects of many gigabytes are no special case. */

/** Bytes that can be read in ranges. */
export interface Body {
  readonly size: number;
  /** the bytes from `start` (included) to `end` (not included), in pieces */
  read(start: number, end: number): Iterable<Buffer>;
  /** what it is made of, for whoever keeps it elsewhere; absent when it is nothing but its bytes */
  readonly made?: Recipe;
}

/** How a body is made of a pattern, of other bodies, of a piece of one. */
export type Recipe =
  | { of: "pattern"; pattern: Buffer }
  | { of: "join"; bodies: readonly Body[] }
  | { of: "slice"; body: Body; start: number };

/** Takes bytes as they come in, and makes a body of them. */
export interface BodySink {
  add(data: Buffer): void;
  /** forgets what was added */
  clear(): void;
  body(): Body;
}

/** A sink that holds what it is given. */
export function memorySink(): BodySink {
  const chunks: Buffer[] = [];
  return {
    add: (data) => void chunks.push(data),
    clear() {
      chunks.length = 0;
    },
    body: () => memoryBody(chunks),
  };
}

/** A body that holds these pieces. */
export function memoryBody(chunks: readonly Buffer[]): Body {
  let size = 0;
  for (const chunk of chunks) size += chunk.length;
  return {
    size,
    *read(start, end) {
      let at = 0;
      for (const chunk of chunks) {
        const from = Math.max(start - at, 0);
        const to = Math.min(end - at, chunk.length);
        if (from < to) yield from === 0 && to === chunk.length ? chunk : chunk.subarray(from, to);
        at += chunk.length;
        if (at >= end) return;
      }
    },
  };
}

/** `size` bytes made of one piece repeated: objects of any size that need no memory. */
export function patternBody(size: number, pattern: Buffer = Buffer.alloc(65_536)): Body {
  if (pattern.length === 0) throw new RangeError("a pattern needs at least one byte");
  return {
    size,
    made: { of: "pattern", pattern },
    *read(start, end) {
      for (let at = start; at < Math.min(end, size); ) {
        const from = at % pattern.length;
        const piece = pattern.subarray(from, Math.min(pattern.length, from + Math.min(end, size) - at));
        yield piece;
        at += piece.length;
      }
    },
  };
}

/** Several bodies one after the other, as the parts of a multipart upload. */
export function joinBodies(bodies: readonly Body[]): Body {
  return {
    size: bodies.reduce((sum, body) => sum + body.size, 0),
    made: { of: "join", bodies },
    *read(start, end) {
      let at = 0;
      for (const body of bodies) {
        const from = Math.max(start - at, 0);
        const to = Math.min(end - at, body.size);
        if (from < to) yield* body.read(from, to);
        at += body.size;
        if (at >= end) return;
      }
    },
  };
}

/** A part of a body. */
export function sliceBody(body: Body, start: number, end: number): Body {
  return {
    size: end - start,
    made: { of: "slice", body, start },
    read: (from, to) => body.read(start + from, start + to),
  };
}

/** All bytes of a body in one Buffer. */
export function wholeBody(body: Body): Buffer {
  const pieces = [...body.read(0, body.size)];
  return pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces);
}
