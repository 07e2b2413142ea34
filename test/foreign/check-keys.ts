import { check } from "../support/checks";
import { inByteOrder } from "../support/keys";
import { checkLimit, wrong } from "./check-within";
import type { Client } from "./client";
import { type Limit, limitOf } from "./limits";
import { isFilePath, keys, sameBytes, sameKeys, shown } from "./samples";
import type { Stage } from "./stage";

const contentOf = (key: string): Buffer => Buffer.from(key.endsWith("/") ? "" : `the object ${key}`);

/** The AWS CLI takes its time to start: keys that can be files it gets in one go, when folders are checked. */
const alone = (client: Client): string[] => keys.filter((key) => client.kind !== "aws" || !isFilePath(key));

/** Checks a client's keys without limits in one go, and each of its limits by name. */
const checkEach = async (
  { client, removesBucket }: Stage,
  does: Limit["does"],
  what: string,
  all: readonly string[],
  run: (key: string) => Promise<void>,
): Promise<void> => {
  const free = all.filter((key) => !limitOf(client, does, key));
  await check(`${what}, ${free.length} of ${all.length} odd ones`, async () => {
    const failures: string[] = [];
    for (const key of free) {
      const failure = await wrong(() => run(key));
      if (failure !== undefined) failures.push(`${shown(key)}: ${failure}`);
    }
    if (failures.length > 0) throw new Error(failures.join("\n      "));
  });
  for (const key of all) {
    const limit = limitOf(client, does, key);
    if (!limit) continue;
    if (limit.takesForBucket) await removesBucket(limit.takesForBucket);
    await checkLimit(limit, `${what} but ${shown(key)}`, () => run(key));
    if (limit.takesForBucket) await removesBucket(limit.takesForBucket);
  }
};

/** Odd keys in both directions, one by one, and in listings. */
export const checkKeys = async (stage: Stage): Promise<void> => {
  const { client, bucket, core, nodeLists, nodeReads, nodeWrites, nodePurges } = stage;
  const files = inByteOrder(keys.filter((key) => !key.endsWith("/")));
  for (const key of keys) await nodeWrites(key, contentOf(key));
  await check("a node lists the keys that a node wrote", async () => {
    const got = await nodeLists();
    sameKeys(got, files);
    got.should.deepEqual(files);
  });
  // Each in a bucket of its own: to read one, some clients list what is beside it.
  await checkEach(stage, "reads", "reads keys that a node wrote", alone(client), async (key) => {
    await nodePurges();
    await nodeWrites(key, contentOf(key));
    sameBytes(await client.read(bucket, key), contentOf(key));
  });
  await nodePurges();

  await checkEach(stage, "writes", "writes keys that a node reads", alone(client), async (key) => {
    // Each into an empty bucket, to see what it wrote instead.
    await nodePurges();
    await client.write(bucket, key, contentOf(key));
    if (key.endsWith("/")) {
      const { result } = await core.run("exist", { path: key });
      if (result !== true) throw new Error("a node does not find it");
      return;
    }
    const got = await nodeLists();
    if (got.length !== 1 || got[0] !== key) throw new Error(`a node finds ${JSON.stringify(got)}`);
    sameBytes((await nodeReads(key)).bytes, contentOf(key));
  });
  await nodePurges();

  const listable = keys.filter((key) => !limitOf(client, "lists", key));
  for (const key of listable) await nodeWrites(key, contentOf(key));
  await check(`lists keys that a node wrote, ${listable.length} of ${keys.length} odd ones`, async () => {
    const got = await client.list(bucket);
    sameKeys(
      got.map(({ key }) => key),
      listable,
    );
    for (const { key, size } of got) size.should.equal(contentOf(key).length);
  });
  await nodePurges();
  for (const key of keys) {
    const limit = limitOf(client, "lists", key);
    if (!limit) continue;
    await nodeWrites(key, contentOf(key));
    await checkLimit(limit, `lists keys but ${shown(key)}`, async () => {
      const got = (await client.list(bucket)).map((entry) => entry.key);
      if (got.length !== 1 || got[0] !== key) throw new Error(`it lists ${JSON.stringify(got)}`);
    });
    await nodePurges();
  }
};
