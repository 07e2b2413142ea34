import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { Readable } from "node:stream";
import { check } from "../support/checks";
import { must } from "../support/must";
import { checkWithin } from "./check-within";
import { nothing } from "./limits";
import { large, sameBytes, samples } from "./samples";
import type { Stage } from "./stage";

/** In pieces of no particular length, as a flow may get them. */
const asStream = (bytes: Buffer): Readable =>
  Readable.from(
    (function* () {
      for (let at = 0; at < bytes.length; at += 1_000_003) yield bytes.subarray(at, at + 1_000_003);
    })(),
    { objectMode: false },
  );

/** The same bytes in both directions, as files and as streams. */
export const checkBytes = async (stage: Stage): Promise<void> => {
  const { client, bucket, folder, nodeReads, nodeWrites, core } = stage;
  const file = join(folder, "file.bin");
  for (const [name, bytes] of samples) {
    await check(`downloads the ${name} that a node wrote`, async () => {
      await nodeWrites("from-node.bin", bytes, { overwrite: true });
      await client.download(bucket, "from-node.bin", file);
      sameBytes(readFileSync(file), bytes);
    });
    await check(`uploads ${name} that a node reads`, async () => {
      writeFileSync(file, bytes);
      await client.upload(file, bucket, `from-client-${bytes.length}.bin`);
      const { bytes: got, about } = await nodeReads(`from-client-${bytes.length}.bin`);
      sameBytes(got, bytes);
      about.size.should.equal(bytes.length);
    });
  }
  await check("downloads what a node wrote from a stream, to its standard output", async () => {
    await nodeWrites("stream.bin", asStream(large));
    must((await core.run("exist", { path: "stream.bin" })).about.etag).should.match(/-3$/);
    sameBytes(await client.read(bucket, "stream.bin"), large);
  });
  await check("uploads its standard input, in parts, and a node reads it", async () => {
    await client.write(bucket, "stdin.bin", large);
    const { bytes, about } = await nodeReads("stdin.bin");
    about.etag.should.match(/-\d+$/);
    sameBytes(bytes, large);
  });
  await checkWithin(client, "streams", nothing, `uploads ${nothing}, and a node reads it`, async () => {
    await client.write(bucket, "nothing.bin", Buffer.alloc(0));
    sameBytes((await nodeReads("nothing.bin")).bytes, Buffer.alloc(0));
  });
  await check("copies a large object of a node's within the server, and a node reads the copy", async () => {
    await client.copy(bucket, "stream.bin", "copy of/stream +.bin");
    sameBytes((await nodeReads("copy of/stream +.bin")).bytes, large);
  });
  await check("a node does not replace what it wrote (ObjectExists)", async () => {
    const { code } = await core.failure("write", { path: "stdin.bin", data: "other" });
    code.should.equal("ObjectExists");
    const { result } = await core.run("write", { path: "stdin.bin", data: "other", onConflict: "skip" });
    result.written.should.be.false();
    sameBytes((await nodeReads("stdin.bin")).bytes, large);
  });
  if (client.kind === "aws") {
    const option = "--if-none-match";
    await checkWithin(client, "option", option, `does not replace what a node wrote (${option})`, async () => {
      const put = ["s3api", "put-object", "--bucket", bucket, "--body", file, option, "*", "--key"];
      await client.run([...put, "new.bin"]);
      sameBytes((await nodeReads("new.bin")).bytes, readFileSync(file));
      const { code, stderr } = await client.attempt([...put, "stdin.bin"]);
      sameBytes((await nodeReads("stdin.bin")).bytes, large);
      if (code === 0) throw new Error("it says that it replaced it");
      stderr.should.match(/PreconditionFailed/);
    });
  }
  await check("removes what a node wrote, and a node does not find it", async () => {
    (await core.run("exist", { path: "from-node.bin" })).result.should.be.true();
    await client.remove(bucket, "from-node.bin");
    (await core.run("exist", { path: "from-node.bin" })).result.should.be.false();
  });
};
