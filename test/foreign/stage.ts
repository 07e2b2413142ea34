/** Stage: a client, a server, and the product's operations on one bucket that the client made. */
import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DeleteBucketCommand } from "@aws-sdk/client-s3";
import type { BootedServer } from "../../dev/servers/servers";
import { type Core, openCore } from "../support/context";
import type { Client } from "./client";

/** What the read node tells beside the bytes (`msg.s3`). */
export interface ReadAbout {
  size: number;
  etag: string;
  contentType: string;
  lastModified: string;
  metadata: Record<string, string>;
}

export interface Stage {
  client: Client;
  server: BootedServer;
  /** made by the client, empty at first */
  bucket: string;
  /** the product's operations on that bucket */
  core: Core;
  /** a folder for files, empty at first, two levels below what else there is */
  folder: string;
  /** Writes an object as the write node does; a folder marker as the create node does. */
  nodeWrites(path: string, data: unknown, more?: object): Promise<void>;
  /** The bytes of an object as the read node gives them, and what it tells beside them. */
  nodeReads(path: string): Promise<{ bytes: Buffer; about: ReadAbout }>;
  /** The paths that the list node gives, in its order. */
  nodeLists(): Promise<string[]>;
  /** Deletes everything with the purge node. */
  nodePurges(): Promise<void>;
  /** Removes an empty bucket, if there is one of that name, with neither client nor node. */
  removesBucket(name: string): Promise<void>;
}

const bucketName = (): string => `foreign-${randomBytes(6).toString("hex")}`;

/** Runs checks with a bucket of their own, and clears up whatever became of them. */
export const onStage = async (
  client: Client,
  server: BootedServer,
  home: string,
  run: (stage: Stage) => Promise<void>,
): Promise<void> => {
  const bucket = bucketName();
  await client.makeBucket(bucket);
  // Older Cephs never take If-Match for met ("if-match-never-holds" in test/servers.ts).
  const guard = /^ceph-1/.test(server.name) ? { conditionalWrites: "check" } : {};
  const core = openCore(server, { bucket, checksums: "auto", ...guard });
  const top = mkdtempSync(join(home, "files-"));
  const folder = mkdtempSync(join(mkdtempSync(join(top, "in-")), "in-"));
  const stage: Stage = {
    client,
    server,
    bucket,
    core,
    folder,
    async nodeWrites(path, data, more = {}) {
      if (path.endsWith("/")) await core.run("create", { path });
      else await core.run("write", { path, data, ...more });
    },
    async nodeReads(path) {
      const { result, about } = await core.run("read", { path, format: "buffer" });
      return { bytes: result, about: about as never };
    },
    async nodeLists() {
      const { result } = await core.run("list", { path: "", recurse: true });
      return result.map((entry: { path: string }) => entry.path);
    },
    async nodePurges() {
      const { result } = await core.run("purge", { path: "/", wholeBucket: true, force: true });
      result.failed.should.be.empty();
    },
    async removesBucket(name) {
      try {
        await core.connection.send(new DeleteBucketCommand({ Bucket: name }), core.connection.closing);
      } catch (error) {
        if ((error as Error).name !== "NoSuchBucket") throw error;
      }
    },
  };
  try {
    await run(stage);
  } finally {
    await stage.nodePurges();
    await stage.removesBucket(bucket);
    await core.close();
    rmSync(top, { recursive: true, force: true });
  }
};
