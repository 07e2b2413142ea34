import { mkdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { check } from "../support/checks";
import { numbered } from "../support/keys";
import { checkLimit } from "./check-within";
import { put, sameFiles } from "./disk";
import { limitOf } from "./limits";
import { isFilePath, keys, large, sameBytes, sameKeys, shown } from "./samples";
import type { Stage } from "./stage";

/** More than a page of a listing. */
const many = numbered(1005, "many/");

/** Whole folders in both directions, listings of more than a page, and what is gone. */
export const checkFolders = async (stage: Stage): Promise<void> => {
  const { client, bucket, core, folder, nodeLists, nodeReads, nodeWrites, nodePurges } = stage;
  const files = keys.filter(isFilePath);
  const paths = files.filter((key) => !limitOf(client, "syncs", key));
  const tree = new Map<string, Buffer>(paths.map((path) => [path, Buffer.from(`the file ${path}`)]));
  tree.set("deep/er/large.bin", large).set("deep/empty", Buffer.alloc(0));
  const [up, down] = [join(folder, "up"), join(folder, "down")];
  mkdirSync(down);

  await check(`uploads a folder of ${tree.size} files with odd names, and a node reads them`, async () => {
    for (const [path, bytes] of tree) put(up, path, bytes);
    await client.push(up, bucket);
    sameKeys(await nodeLists(), [...tree.keys()]);
    for (const [path, bytes] of tree) sameBytes((await nodeReads(path)).bytes, bytes);
  });

  await check("uploads again what has changed, and deletes what has gone", async () => {
    const [gone = "", changed = ""] = paths;
    rmSync(join(up, gone));
    put(up, changed, Buffer.from("changed, and longer than it was before: once more"));
    tree.delete(gone);
    tree.set(changed, readFileSync(join(up, changed)));
    await client.push(up, bucket);
    sameKeys(await nodeLists(), [...tree.keys()]);
    sameBytes((await nodeReads(changed)).bytes, tree.get(changed) as Buffer);
  });

  await check(`downloads a folder of ${tree.size} files that nodes wrote, and deletes what has gone`, async () => {
    await nodePurges();
    for (const [path, bytes] of tree) await nodeWrites(path, bytes);
    put(down, "gone", Buffer.from("gone"));
    await client.pull(bucket, down);
    sameFiles(down, tree);
  });

  await check("downloads again what a node has overwritten, and deletes what a node has deleted", async () => {
    const [first = "", second = ""] = tree.keys();
    await core.run("delete", { path: first });
    await nodeWrites(second, Buffer.from("overwritten by a node, and longer than it was"), { overwrite: true });
    tree.delete(first);
    tree.set(second, Buffer.from("overwritten by a node, and longer than it was"));
    await client.pull(bucket, down);
    sameFiles(down, tree);
  });

  for (const [index, key] of files.entries()) {
    const limit = limitOf(client, "syncs", key);
    if (!limit) continue;
    await nodePurges();
    await checkLimit(limit, `uploads a folder with a file ${shown(key)}`, async () => {
      const [from, wanted] = [join(folder, `limit-${index}`), [key, ...(limit.beside ?? [])]];
      for (const path of wanted) put(from, path, Buffer.from(path));
      await client.push(from, bucket);
      sameKeys(await nodeLists(), wanted);
      // now it has to look at what is there
      await client.push(from, bucket);
    });
  }

  await check("a folder that a node purges is gone for the client, and the one beside it is not", async () => {
    await nodePurges();
    await core.run("write", { path: "logs/", data: numbered(20).map((path) => ({ path, data: path })) });
    await nodeWrites("logs-old/1", "1");
    await core.run("create", { path: "logs/" });
    const { result } = await core.run("purge", { path: "logs", force: true });
    result.deleted.should.equal(21);
    sameKeys(
      (await client.list(bucket)).map(({ key }) => key),
      ["logs-old/1"],
    );
  });

  await check(`lists ${many.length + 1} objects as a node does, with their sizes`, async () => {
    const data = many.map((path, index) => ({ path: path.slice("many/".length), data: "x".repeat(index % 7) }));
    await core.run("write", { path: "many/", data });
    const { result } = await core.run("list", { path: "/", recurse: true });
    const bySize = ({ key, size }: { key: string; size: number }) => `${key} ${size}`;
    sameKeys(
      (await client.list(bucket)).map(bySize),
      result.map(({ path, size }: { path: string; size: number }) => `${path} ${size}`),
    );
    result.should.have.length(many.length + 1);
  });

  await check("removes the bucket once a node has emptied it, and a node misses it", async () => {
    await nodePurges();
    await client.removeBucket(bucket);
    (await core.failure("list", { path: "/" })).code.should.equal("NoSuchBucket");
    // For those who clear up.
    await client.makeBucket(bucket);
    (await nodeLists()).should.be.empty();
  });
};
