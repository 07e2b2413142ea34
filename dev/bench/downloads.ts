/** The ways to download that are compared, each of which gives how many bytes came. */
import { GetObjectCommand } from "@aws-sdk/client-s3";
import { createConnection } from "../../src/core/connection";
import { connectionSettings } from "../../src/core/connection-settings";
import type { Context, Operation } from "../../src/core/operation";
import { operations } from "../../src/operations";
import { bareClient } from "./bare-client";
import type { BenchServer } from "./server";

export type Way = "sdk" | "stream" | "chunks" | "buffer";

export const names: Readonly<Record<Way, string>> = {
  sdk: "AWS SDK GetObject",
  stream: "read, stream",
  chunks: "read, chunks",
  buffer: "read, buffer",
};

export interface Downloads {
  run(way: Way, key: string): Promise<number>;
  close(): Promise<void>;
}

const count = async (body: AsyncIterable<Buffer>): Promise<number> => {
  let length = 0;
  for await (const chunk of body) length += chunk.length;
  return length;
};

const read = operations.find(({ label }) => label === "read") as Operation;

/** Opens clients of both kinds; none of them sends anything yet. */
export const openDownloads = ({ endpoint, region, accessKey, secretKey }: BenchServer): Downloads => {
  const store = { endpoint, region, accessKey, secretKey };
  const client = bareClient(store);
  const raw = { ...store, bucket: "objects", checksums: "always" };
  const connection = createConnection(connectionSettings(raw));
  const context: Context = {
    connection,
    bucket: "objects",
    signal: connection.closing,
    workingDirectory: process.cwd(),
    progress() {},
  };
  return {
    async run(way, key) {
      if (way === "sdk") {
        const { Body } = await client.send(new GetObjectCommand({ Bucket: "objects", Key: key }));
        return count(Body as AsyncIterable<Buffer>);
      }
      const values = { path: key, versionId: "", range: "", maxBytes: 2 ** 31, format: way, encoding: "utf8" };
      const reply = await read.run({ ...values, chunkSize: 1_048_576 } as never, { ...context });
      if ("items" in reply) return count(reply.items as AsyncIterable<Buffer>);
      return way === "buffer" ? (reply.result as Buffer).length : count(reply.result as AsyncIterable<Buffer>);
    },
    async close() {
      client.destroy();
      await connection.close();
    },
  };
};
