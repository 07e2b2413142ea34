/** kill -9 while many write: nothing that was acknowledged is lost, and there is no half object. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  GetObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import type { S3Server } from "../../dev/s3-server/index";
import { bodyFiles, onFolder, withFolder } from "./folder";
import { BUCKET, clientFor } from "./support";

const CLI = join(__dirname, "..", "..", "dev", "s3-server", "cli.js");
const SEED = 20_260_101;
const ROUNDS = 6;
const WRITERS = 8;

/** A generator of the same "random" numbers every time. */
function random(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

async function startCli(folder: string): Promise<{ child: ChildProcess; client: S3Client }> {
  const child = spawn(process.execPath, [CLI, "--port", "0", "--folder", folder, "--bucket", BUCKET]);
  const endpoint = await new Promise<string>((resolve, reject) => {
    let out = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on("data", (data) => {
        out += data;
        const found = /http:\S+/.exec(out)?.[0];
        if (found && out.includes("kept in")) resolve(found);
      });
    }
    child.once("close", () => reject(new Error(`it ended and said: ${out}`)));
  });
  const server = { endpoint, region: "us-east-1", accessKey: "test-access-key", secretKey: "test-secret-key" };
  return { child, client: clientFor(server as S3Server) };
}

/** A body that tells whether it is whole and which one it is. */
function bodyOf(key: string, turn: number, size: number): Buffer {
  return Buffer.alloc(size, `${key} ${turn};`);
}

/** What a key may be after the crash: the last that was acknowledged, or what was under way. Undefined: not there. */
type Possible = Map<string, (Buffer | undefined)[]>;

/** One writer, on keys of its own, until the server is gone. */
async function write(
  client: S3Client,
  next: (below: number) => number,
  name: string,
  turn: number,
  possible: Possible,
) {
  for (;;) {
    turn++;
    const Key = `${name}/${next(6)}`;
    const one = { Bucket: BUCKET, Key };
    const size = next(3) === 0 ? next(400_000) : next(6000);
    const body = next(5) === 0 ? undefined : bodyOf(Key, turn, size + 1);
    possible.set(Key, [...(possible.get(Key) ?? [undefined]), body]);
    try {
      if (!body) await client.send(new DeleteObjectCommand(one));
      else if (next(4) === 0) {
        const { UploadId } = await client.send(new CreateMultipartUploadCommand(one));
        const { ETag } = await client.send(new UploadPartCommand({ ...one, UploadId, PartNumber: 1, Body: body }));
        const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
        await client.send(new CompleteMultipartUploadCommand({ ...one, UploadId, MultipartUpload }));
      } else await client.send(new PutObjectCommand({ ...one, Body: body }));
    } catch {
      return turn; // it was killed: either of the two is right
    }
    possible.set(Key, [body]);
  }
}

async function read(client: S3Client, Key: string): Promise<Buffer | undefined> {
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    return Buffer.from((await Body?.transformToByteArray()) ?? []);
  } catch (error) {
    if (error instanceof NoSuchKey) return undefined;
    throw error;
  }
}

describe("s3-server: a folder whose server is killed", () => {
  it(`loses nothing acknowledged and keeps no half object, ${ROUNDS} times (seed ${SEED})`, function () {
    this.timeout(120_000);
    return withFolder(async (folder) => {
      const next = random(SEED);
      const possible: Possible = new Map();
      const turns = Array.from({ length: WRITERS }, () => 0);
      let written = 0;
      for (let round = 0; round < ROUNDS; round++) {
        const { child, client } = await startCli(folder);
        const gone = new Promise((resolve) => child.once("close", resolve));
        for (const [key, values] of possible) {
          const found = await read(client, key);
          const right = values.some((one) => (one ? found?.equals(one) : found === undefined));
          right.should.equal(true, `round ${round}: ${key} is ${found?.subarray(0, 20)} (${found?.length})`);
          possible.set(key, [found]);
        }
        const writers = turns.map((turn, n) => write(client, next, `w${n}`, turn, possible));
        await new Promise((resolve) => setTimeout(resolve, 200 + next(600)));
        child.kill("SIGKILL");
        const after = await Promise.all(writers);
        after.forEach((turn, n) => {
          written += turn - (turns[n] ?? 0);
          turns[n] = turn;
        });
        await gone;
        client.destroy();
      }
      written.should.be.above(ROUNDS * WRITERS);
      await onFolder(folder, async (server) => {
        for (const [key, values] of possible) {
          const found = server.get(BUCKET, key)?.body;
          should(values.some((one) => (one ? found?.equals(one) : found === undefined))).equal(true, key);
        }
        const sizes = server.keys(BUCKET).map((key) => server.get(BUCKET, key)?.size ?? 0);
        const big = sizes.filter((size) => size > 4096).length;
        // each big object has its file, and so have at most the parts of uploads that were under way
        bodyFiles(folder).length.should.be.within(big, big + ROUNDS * WRITERS);
      });
    });
  });
});
