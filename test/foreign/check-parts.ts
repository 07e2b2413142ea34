import { utimesSync } from "node:fs";
import { join } from "node:path";
import { check } from "../support/checks";
import { must } from "../support/must";
import { checkWithin } from "./check-within";
import { put, sameFiles } from "./disk";
import { oddParts } from "./limits";
import { large } from "./samples";
import type { Stage } from "./stage";

const oddMiB = Number.parseInt(oddParts, 10);

/** What the client sent in parts: fetched, and known for what it is. */
export const checkParts = async ({ client, bucket, core, folder }: Stage): Promise<void> => {
  const [up, down] = [join(folder, "up"), join(folder, "down")];
  // Parts of their own the others send whenever a file is large: see check-download.
  const names = client.kind === "rclone" ? ["own.bin", "odd.bin"] : ["odd.bin"];
  const fill = (root: string, name: string, bytes: Buffer): void => {
    put(root, name, bytes);
    utimesSync(join(root, name), 1_600_000_000, 1_600_000_000.25);
  };
  const isDifferent = async (name: string): Promise<{ up: boolean; down: boolean }> => {
    const values = { path: name, onConflict: "different", dryRun: true };
    const sent = await core.run("upload", { ...values, source: join(up, name) });
    const fetched = await core.run("download", { ...values, target: join(down, name) });
    return { up: sent.result.uploaded === 1, down: fetched.result.downloaded === 1 };
  };

  await check(
    `a download node fetches what the client sent in ${names.length > 1 ? "its own parts, and in " : ""}parts of ${oddParts}`,
    async () => {
      for (const name of names) {
        fill(up, name, large);
        const own = name === "own.bin";
        await client.uploadParts(join(up, name), bucket, name, own ? undefined : oddMiB);
        const { etag } = (await core.run("exist", { path: name })).about;
        must(etag).should.match(own ? /-4$/ : new RegExp(`-${Math.ceil(large.length / 1024 / 1024 / oddMiB)}$`));
      }
      await core.run("download", { path: "/", target: down, restoreTimes: true });
      sameFiles(down, new Map(names.map((name) => [name, large])));
    },
  );

  for (const name of names) {
    const of = name === "own.bin" ? "its own" : oddParts;
    await checkWithin(client, "parts", of, `different: nodes leave alone what it sent in parts of ${of}`, async () => {
      const different = await isDifferent(name);
      if (different.up || different.down) throw new Error(`transferred again: ${JSON.stringify(different)}`);
    });
  }

  await check("different: a byte that has changed is seen, whatever the parts", async () => {
    const changed = Buffer.from(large);
    changed[changed.length - 1] = (changed.at(-1) as number) ^ 1;
    for (const name of names) {
      for (const root of [up, down]) fill(root, name, changed);
      (await isDifferent(name)).should.deepEqual({ up: true, down: true });
    }
  });
};
