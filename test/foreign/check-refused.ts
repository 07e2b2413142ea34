import { readdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { check } from "../support/checks";
import { checkLimit } from "./check-within";
import { sameFiles } from "./disk";
import { limitOf, slashed } from "./limits";
import { keys, sameKeys, shown } from "./samples";
import type { Stage } from "./stage";

/** Keys that no file may have, and why a download refuses them. */
const refused = [
  ["a//b", "UnsafePath"],
  ["/leading", "UnsafePath"],
  ["../escape", "UnsafePath"],
  ["back\\slash", "UnsafePath"],
  [slashed, "NotAFile"],
] as const;

/** A folder with objects of the client's that cannot be files: the others come. */
export const checkRefused = async ({ client, bucket, core, folder }: Stage): Promise<void> => {
  const [good, content] = ["good/file", Buffer.from("content")];
  const file = join(folder, "content");
  writeFileSync(file, content);
  const write = (key: string): Promise<unknown> =>
    // To a key with a slash at its end, `aws s3` adds the file's name.
    client.kind === "aws" && key.endsWith("/")
      ? client.run(["s3api", "put-object", "--bucket", bucket, "--key", key, "--body", file])
      : client.write(bucket, key, content);
  for (const [key] of refused) {
    const limit = limitOf(client, "writes", key);
    // The others are among the keys that are checked one by one.
    if (limit && !keys.includes(key)) {
      await checkLimit(limit, `writes ${shown(key)}`, () => write(key));
    }
  }
  const written = refused.filter(([key]) => !limitOf(client, "writes", key));
  const down = join(folder, "in", "down");
  const name = `a download node refuses ${written.length} keys of the client's that no file can have, and fetches the others`;
  await check(name, async () => {
    await Promise.all([...written.map(([key]) => write(key)), write(good)]);
    const { code, result } = await core.failure("download", { path: "/", target: down });
    code.should.equal("PartialFailure");
    result.downloaded.should.equal(1);
    sameKeys(
      result.failed.map(({ path, code }: { path: string; code: string }) => `${path} ${code}`),
      written.map(([key, code]) => `${key} ${code}`),
    );
    sameFiles(down, new Map([[good, content]]));
    readdirSync(dirname(down)).should.deepEqual(["down"]);
  });
};
