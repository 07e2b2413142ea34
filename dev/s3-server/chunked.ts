/** Bodies framed as aws-chunked, their chunk signatures and trailers checked ("Transferring Payload in Multiple Chunks"). */
import { createHash, type Hash } from "node:crypto";
import { S3Error } from "./errors";
import { EMPTY_SHA256, type Scope, scopeText, sha256Hex, sign } from "./signature";

/** What signed chunks are checked with. */
export interface ChunkSigning {
  key: Buffer;
  scope: Scope;
  timestamp: string;
  /** the signature of the request's headers, with which the chain starts */
  seed: string;
}

export interface ChunkedOptions {
  /** present for STREAMING-AWS4-HMAC-SHA256-PAYLOAD… */
  signing?: ChunkSigning;
  /** whether trailers follow the last chunk */
  trailers: boolean;
  minChunkSize: number;
  onData: (data: Buffer) => void;
}

export interface ChunkedDecoder {
  push(data: Buffer): void;
  /** the trailers, once all has arrived; throws IncompleteBody when it has not */
  end(): Record<string, string>;
}

const MAX_LINE = 8192;

function incomplete(): S3Error {
  return new S3Error("IncompleteBody", { message: "The request body terminated unexpectedly" });
}

/** A decoder that hands on the data without its framing. */
export function chunkedDecoder(options: ChunkedOptions): ChunkedDecoder {
  const { signing, onData } = options;
  const trailers: Record<string, string> = Object.create(null);
  let state: "size" | "data" | "crlf" | "trailer" | "done" = "size";
  let line = "";
  let left = 0;
  let short = false;
  let last = false;
  let previous = signing?.seed ?? "";
  let claimed = "";
  let hash: Hash | undefined;

  function startChunk(text: string): void {
    const parts = /^([0-9a-fA-F]{1,10})(?:;(.*))?$/.exec(text);
    if (!parts) throw incomplete();
    left = Number.parseInt(parts[1] as string, 16);
    // "Only the last chunk is allowed to have a size less than 8192 bytes"
    if (short && left > 0) throw new S3Error("InvalidChunkSizeError");
    short = left < options.minChunkSize;
    if (signing) {
      claimed = /^chunk-signature=([0-9a-f]{64})$/.exec(parts[2] ?? "")?.[1] ?? "";
      hash = createHash("sha256");
    }
    state = "data";
    if (left > 0) return;
    last = true;
    endChunk();
    state = options.trailers ? "trailer" : "crlf";
  }

  function endChunk(): void {
    if (!signing || !hash) return;
    const text = `AWS4-HMAC-SHA256-PAYLOAD\n${signing.timestamp}\n${scopeText(signing.scope)}\n${previous}\n${EMPTY_SHA256}\n${hash.digest("hex")}`;
    expect(text);
  }

  function expect(text: string): void {
    const signature = sign((signing as ChunkSigning).key, text);
    if (signature !== claimed) {
      throw new S3Error("SignatureDoesNotMatch", { extra: { StringToSign: text, SignatureProvided: claimed } });
    }
    previous = signature;
  }

  function trailer(text: string): void {
    if (text === "") {
      if (signing) endTrailers();
      state = "done";
      return;
    }
    const colon = text.indexOf(":");
    if (colon < 1) throw new S3Error("MalformedTrailerError");
    trailers[text.slice(0, colon).trim().toLowerCase()] = text.slice(colon + 1).trim();
  }

  function endTrailers(): void {
    claimed = trailers["x-amz-trailer-signature"] ?? "";
    delete trailers["x-amz-trailer-signature"];
    const canonical = Object.keys(trailers)
      .sort()
      .map((name) => `${name}:${trailers[name]}\n`)
      .join("");
    const { timestamp, scope } = signing as ChunkSigning;
    expect(`AWS4-HMAC-SHA256-TRAILER\n${timestamp}\n${scopeText(scope)}\n${previous}\n${sha256Hex(canonical)}`);
  }

  /** Takes a line up to its LF; undefined while it is not whole. */
  function takeLine(data: Buffer, from: number): { text: string; next: number } | undefined {
    const at = data.indexOf(10, from);
    line += data.toString("latin1", from, at < 0 ? data.length : at);
    if (line.length > MAX_LINE) throw incomplete();
    if (at < 0) return undefined;
    const text = line.endsWith("\r") ? line.slice(0, -1) : line;
    line = "";
    return { text, next: at + 1 };
  }

  return {
    push(data) {
      let at = 0;
      while (at < data.length) {
        if (state === "done") throw incomplete();
        if (state === "data") {
          const piece = data.subarray(at, at + left);
          hash?.update(piece);
          onData(piece);
          left -= piece.length;
          at += piece.length;
          if (left === 0) {
            endChunk();
            state = "crlf";
          }
          continue;
        }
        const taken = takeLine(data, at);
        if (!taken) return;
        at = taken.next;
        if (state === "size") startChunk(taken.text);
        else if (state === "trailer") trailer(taken.text);
        else if (taken.text !== "") throw incomplete();
        else state = last ? "done" : "size";
      }
    },
    end() {
      // some clients leave out the empty line after the last chunk or trailer
      if (state === "trailer" && line === "" && !signing) state = "done";
      if (state !== "done") throw incomplete();
      return trailers;
    },
  };
}
