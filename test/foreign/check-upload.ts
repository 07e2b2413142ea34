import { mkdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { check } from "../support/checks";
import { checkLimit, checkWithin } from "./check-within";
import { put, sameFiles, sameTimes } from "./disk";
import { limitOf, nodesFiles } from "./limits";
import { oddTree, writeTree } from "./odd-tree";
import { sameKeys, shown } from "./samples";
import type { Stage } from "./stage";

/** What the upload node wrote, read by the client. */
export const checkUpload = async ({ client, bucket, core, folder, nodeLists, nodeWrites }: Stage): Promise<void> => {
  const tree = oddTree(client);
  const [up, down] = [join(folder, "up"), join(folder, "down")];
  const tooMuch = [...tree.keys()].flatMap((path) => {
    const limit = limitOf(client, "downloads", path);
    return limit ? [{ path, limit }] : [];
  });
  for (const { path } of tooMuch) tree.delete(path);
  writeTree(up, tree);
  mkdirSync(down);

  await check(`downloads a folder of ${tree.size} files with odd names that an upload node wrote`, async () => {
    const { result } = await core.run("upload", { source: up, path: "/" });
    result.uploaded.should.equal(tree.size);
    sameKeys(await nodeLists(), [...tree.keys()]);
    await client.pull(bucket, down);
    sameFiles(down, tree);
  });

  await checkWithin(client, "times", nodesFiles, `gives ${nodesFiles} their times`, async () =>
    sameTimes(down, up, 1n),
  );

  await check("finds nothing to do where an upload node uploaded all of it", async () => {
    (await client.plan(up, bucket)).should.be.empty();
    if (client.kind === "rclone") await client.run(["check", up, `s:${bucket}`]);
  });

  await check("finds what has changed since, and nothing else", async () => {
    put(up, "100%", Buffer.concat([readFileSync(join(up, "100%")), Buffer.from("!")]));
    const now = Date.now() / 1000 + 60;
    utimesSync(join(up, "100%"), now, now);
    const lines = await client.plan(up, bucket);
    lines.should.have.length(1);
    lines.join().should.containEql("100%");
  });

  for (const { path, limit } of tooMuch) {
    await nodeWrites(path, "content");
    await checkLimit(limit, `downloads ${shown(path)}`, () => client.download(bucket, path, join(down, path)));
  }
};
