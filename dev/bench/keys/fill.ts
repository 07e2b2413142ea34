import { linkSync, mkdirSync } from "node:fs";
import { readdir, rm, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import type { BootedServer } from "../../servers/servers";
import { bareClient } from "../bare-client";
import { s5cmdFor } from "../transfer/peers";
import { runProgram } from "../transfer/program";

/** Links that a file may have: ext4 has 65,000. */
const mostLinks = 60_000;

/** What each object holds. */
const content = "x";

/**
 * Fills a bucket of a server whose objects are files with links to a few that were written through it, which have all that it
 * keeps with them. Written one by one, a million would take half an hour, for each lane of a purge.
 */
const linkAll = async (server: BootedServer, folder: string, keys: Iterable<string>): Promise<void> => {
  const { bucket: Bucket } = server;
  const client = bareClient(server);
  const of = (key: string): string => join(folder, Bucket, key);
  let [written, first] = [0, ""];
  for (const key of keys) {
    if (written++ % mostLinks === 0) {
      await client.send(new PutObjectCommand({ Bucket, Key: key, Body: content }));
      first = of(key);
      continue;
    }
    try {
      linkSync(first, of(key));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "ENOENT") throw error;
      mkdirSync(dirname(of(key)), { recursive: true });
      linkSync(first, of(key));
    }
  }
  client.destroy();
};

/** Takes all objects of a bucket away whose server has them as files: some take long to list them. */
export const emptyBucket = async ({ bucket }: BootedServer, folder: string): Promise<void> => {
  for (const name of await readdir(join(folder, bucket))) await rm(join(folder, bucket, name), { recursive: true });
};

/** Fills a bucket by s5cmd, which is the fastest at that. */
const writeAll = async (server: BootedServer, home: string, keys: Iterable<string>): Promise<void> => {
  const s5cmd = s5cmdFor(server, home);
  const source = join(home, "source");
  await writeFile(source, content);
  const commands = join(home, "commands");
  await writeFile(commands, [...keys].map((key) => `cp ${source} ${s5cmd.url(key)}`).join("\n"));
  await runProgram(s5cmd.run(commands), s5cmd.env);
};

/**
 * Fills a server's bucket, which is empty, with small objects.
 * @param home for files that it takes
 */
export const fillBucket = (server: BootedServer, home: string, keys: Iterable<string>): Promise<void> =>
  server.folder ? linkAll(server, server.folder, keys) : writeAll(server, home, keys);
