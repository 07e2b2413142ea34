import { mkdirSync, readFileSync, utimesSync } from "node:fs";
import { join } from "node:path";
import { check } from "../support/checks";
import { checkWithin } from "./check-within";
import { put, sameFiles, sameTimes } from "./disk";
import { limitOf, ownFiles } from "./limits";
import { oddTree, writeTree } from "./odd-tree";
import { sameBytes } from "./samples";
import type { Stage } from "./stage";

const changing = ["different", "newer"] as const;

/** What the client wrote, fetched by the download node, and left alone by both nodes where nothing has changed. */
export const checkDownload = async ({ client, bucket, core, folder }: Stage): Promise<void> => {
  const tree = oddTree(client);
  const [up, down] = [join(folder, "up"), join(folder, "down")];
  writeTree(up, tree);
  mkdirSync(down);
  const upload = { source: up, path: "/", dryRun: true, report: "entries" };
  const download = { target: down, path: "/", dryRun: true, report: "entries" };
  /** The files that a node would transfer. */
  const planned = async (verb: "upload" | "download", values: object): Promise<string[]> => {
    const { result } = await core.run(verb, values);
    result.failed.should.be.empty();
    result.entries.should.have.length(tree.size);
    const { entries } = result as { entries: { path: string; action: string }[] };
    return entries.filter(({ action }) => action !== "skipped").map(({ path }) => path);
  };

  await check(
    `a download node fetches a folder of ${tree.size} files with odd names that the client wrote`,
    async () => {
      await client.push(up, bucket);
      const { result } = await core.run("download", { target: down, path: "/", restoreTimes: true });
      result.downloaded.should.equal(tree.size);
      sameFiles(down, tree);
    },
  );

  await checkWithin(client, "times", ownFiles, `a download node gives ${ownFiles} their times`, async () =>
    // as exactly as Node.js sets times, and as the client keeps them
    sameTimes(down, up, client.kind === "s3cmd" ? 1_000_000_000n : 1_000n),
  );

  if (client.kind === "rclone") {
    await check(
      "it finds nothing to do in what a download node fetched, but to a ns times as Node.js cannot set them",
      async () => {
        const exact = await client.plan(down, bucket);
        exact.should.not.be.empty();
        for (const line of exact) line.should.match(/Skipped update modification time/);
        (await client.plan(down, bucket, ["--modify-window", "1us"])).should.be.empty();
      },
    );
  }

  for (const onConflict of changing) {
    await check(`${onConflict}: nodes leave alone what the client uploaded and a node downloaded`, async () => {
      (await planned("upload", { ...upload, onConflict })).should.be.empty();
      (await planned("download", { ...download, onConflict })).should.be.empty();
    });
  }

  const path = "100%";
  const [length, now] = [tree.get(path)?.length ?? 0, Date.now() / 1000];
  const change = (root: string, seconds: number) => {
    // As long as it was, and another in each folder.
    put(root, path, Buffer.alloc(length, root === up ? "!" : "?"));
    utimesSync(join(root, path), seconds, seconds);
  };
  await check("nodes transfer what has changed since, and nothing else", async () => {
    change(up, now + 60);
    change(down, 1_500_000_000);
    for (const onConflict of changing) {
      (await planned("upload", { ...upload, onConflict })).should.deepEqual([path]);
      (await planned("download", { ...download, onConflict })).should.deepEqual([path]);
    }
  });

  await check("different: nodes do transfer it", async () => {
    const { result } = await core.run("upload", { source: up, path: "/", onConflict: "different" });
    result.should.containEql({ uploaded: 1, skipped: tree.size - 1 });
    const fetched = await core.run("download", { target: down, path: "/", onConflict: "different" });
    fetched.result.should.containEql({ downloaded: 1, skipped: tree.size - 1 });
    sameBytes(readFileSync(join(down, path)), readFileSync(join(up, path)));
  });

  if (!limitOf(client, "times", ownFiles)) {
    await check("newer: nodes find the older of two files older, though it was uploaded later", async () => {
      change(up, 1_400_000_000);
      await client.upload(join(up, path), bucket, path);
      (await planned("download", { ...download, onConflict: "newer" })).should.be.empty();
      change(up, 1_400_000_001);
      (await planned("upload", { ...upload, onConflict: "newer" })).should.deepEqual([path]);
    });
  }
};
