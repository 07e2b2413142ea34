import { spawnSync } from "node:child_process";
import fs, { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { request as httpRequest } from "node:http";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateBucketCommand,
  CreateMultipartUploadCommand,
  DeleteObjectCommand,
  PutObjectCommand,
  type S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { FolderError, startS3Server } from "../../dev/s3-server/index";
import { must } from "../support/must";
import { bodyFiles, everything, onFolder, withFolder } from "./folder";
import { BUCKET, failure, signRequest } from "./support";

const CLI = join(__dirname, "..", "..", "dev", "s3-server", "cli.js");
const BIG = Buffer.alloc(300_000, "0123456789");
const FILLED = { buckets: [BUCKET] };

const put = (client: S3Client, Key: string, Body: string | Buffer) =>
  client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body }));

/** What starting a server on the folder must be refused with. */
async function refusal(folder: string): Promise<string> {
  const server = await startS3Server({ folder }).catch((error: unknown) => error);
  if (server instanceof FolderError) return server.message;
  if (!(server instanceof Error)) await (server as Awaited<ReturnType<typeof startS3Server>>).close();
  throw new Error(`not refused as it should: ${server}`);
}

/** Lets writing to the folder fail, as on a full disk, after so many more bytes, until the result is called. */
function fullDisk(room: number): () => void {
  const real = fs.writeSync;
  let left = room;
  const broken = (file: number, data: Buffer, offset: number, length: number, position?: number): number => {
    const count = Math.min(length, left);
    if (count <= 0) throw Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC" });
    left -= count;
    return real(file, data, offset, count, position);
  };
  // the server's own calls only: the console writes through other ways
  fs.writeSync = broken as unknown as typeof fs.writeSync;
  return () => {
    fs.writeSync = real;
  };
}

describe("s3-server: a folder in trouble", () => {
  const { error: consoleError } = console;
  beforeEach(() => {
    console.error = () => {};
  });
  afterEach(() => {
    console.error = consoleError;
  });

  it("drops a last line that is torn, wherever", () =>
    withFolder(async (folder) => {
      const path = join(folder, "journal");
      const before = await onFolder(
        folder,
        async (_, client) => {
          await put(client, "a", "one");
          return everything(client);
        },
        FILLED,
      );
      await onFolder(folder, (_, client) => put(client, "b", "two"));
      const whole = readFileSync(path);
      const start = whole.lastIndexOf(10, whole.length - 2) + 1;
      for (const cut of [start + 1, start + 40, whole.length - 2, whole.length - 1]) {
        writeFileSync(path, whole.subarray(0, cut));
        await onFolder(folder, async (_, client) => {
          should(await everything(client)).eql(before);
          await put(client, "c", "three");
          await client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "c" }));
        });
        should(await onFolder(folder, (_, client) => everything(client))).eql(before);
      }
    }));

  it("removes bodies that nothing names, and leaves other files alone", () =>
    withFolder(async (folder) => {
      await onFolder(folder, (_, client) => put(client, "a", BIG), FILLED);
      const [body = ""] = bodyFiles(folder);
      const names = ["0".repeat(32), `${"1".repeat(32)}.part`, "notes.txt"];
      for (const name of names) writeFileSync(join(folder, "bodies", name), "x");
      await onFolder(folder, async (server) => {
        bodyFiles(folder).should.eql([body, "notes.txt"].sort());
        must(server.get(BUCKET, "a")?.body.equals(BIG)).should.be.true();
      });
    }));

  it("refuses what is damaged, of another version, or not its own, and says what is wrong", () =>
    withFolder(async (folder) => {
      const path = join(folder, "journal");
      await onFolder(folder, (_, client) => put(client, "a", BIG), FILLED);
      const whole = readFileSync(path, "utf8");
      const header = whole.split("\n")[0];
      for (const [text, says] of [
        [whole.replace('"key"', "key"), /journal is damaged: its line \d is no JSON/],
        [whole.replace('"version":1', '"version":2'), /of version 2, and this server knows version 1 only/],
        [`{"format":"something else"}\n`, /not the journal of this server/],
        ["", /has no header/],
        [`${header}\n[{"bucket":"b","key":"k","versions":[]}]\n`, /has no bucket b/],
      ] as const) {
        writeFileSync(path, text);
        (await refusal(folder)).should.match(says);
        readFileSync(path, "utf8").should.equal(text);
        bodyFiles(folder).should.have.length(1);
      }
      writeFileSync(path, whole);
      const body = join(folder, "bodies", bodyFiles(folder)[0] ?? "");
      writeFileSync(body, "short");
      (await refusal(folder)).should.match(/is not whole/).and.containEql(body);
      rmSync(body);
      (await refusal(folder)).should.match(/is missing/).and.containEql(body);
      const foreign = join(folder, "foreign");
      mkdirSync(join(foreign, "bodies"), { recursive: true });
      (await refusal(foreign)).should.match(/holds other things, bodies for one/);
      readdirSync(foreign).should.eql(["bodies"]);
      (await refusal(path)).should.match(/cannot be used: ENOTDIR/);
      // none of the refusals kept the folder
      writeFileSync(body, BIG);
      await onFolder(folder, async (server) => server.keys(BUCKET).should.eql(["a"]));
    }));

  it("has one server, and takes a lock over whose process is gone", () =>
    withFolder(async (folder) => {
      const lock = join(folder, "lock");
      await onFolder(folder, async () => {
        (await refusal(folder)).should.match(/in use by another server \(process \d+\); end it first/);
        (await refusal(join(folder, "..", "store", "."))).should.match(/in use/);
        const other = spawnSync(process.execPath, [CLI, "--port", "0", "--folder", folder], { encoding: "utf8" });
        (other.status ?? -1).should.equal(1);
        other.stderr.should.containEql(`in use by another server (process ${process.pid})`).and.not.match(/at .*\.js/);
        statSync(lock).isFile().should.be.true();
      });
      const gone = spawnSync(process.execPath, ["-e", ""]).pid;
      for (const text of [
        JSON.stringify({ pid: gone, began: 0 }),
        JSON.stringify({ pid: process.pid, began: 1 }),
        "",
      ]) {
        writeFileSync(lock, text);
        await onFolder(folder, async () => {
          (await refusal(folder)).should.match(/in use/);
        });
        readdirSync(folder).sort().should.eql(["bodies", "journal"]);
      }
    }));

  it("gives the folder back when it cannot start", () =>
    withFolder(async (folder) => {
      await onFolder(folder, async ({ port }) => {
        await startS3Server({ folder: `${folder}-2`, port }).should.be.rejectedWith(/EADDRINUSE/);
      });
      await startS3Server({ folder: `${folder}-2`, buckets: ["NO"] }).should.be.rejectedWith(/not valid/);
      await onFolder(`${folder}-2`, async () => undefined);
    }));

  for (const [what, room, body] of [
    ["for a line of the journal", 0, "small"],
    ["in the middle of a line", 20, "small"],
    ["in the middle of a body", 10_000, BIG],
    ["after the body", BIG.length + 20, BIG],
  ] as const) {
    it(`answers InternalError when there is no room ${what}, and nothing has changed`, () =>
      withFolder(async (folder) => {
        await onFolder(
          folder,
          async (server, client) => {
            await put(client, "a", BIG);
            const { UploadId } = await client.send(new CreateMultipartUploadCommand({ Bucket: BUCKET, Key: "m" }));
            const part = { Bucket: BUCKET, Key: "m", UploadId, PartNumber: 1 };
            const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: "part" }));
            const before = await everything(client);
            const files = bodyFiles(folder);
            const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
            for (const change of [
              () => put(client, "a", body),
              () => put(client, "b", body),
              () => client.send(new UploadPartCommand({ ...part, Body: body })),
              ...(room < 100
                ? [
                    () => client.send(new DeleteObjectCommand({ Bucket: BUCKET, Key: "a" })),
                    () => client.send(new CreateBucketCommand({ Bucket: "another" })),
                    () => client.send(new CompleteMultipartUploadCommand({ ...part, MultipartUpload })),
                  ]
                : []),
            ]) {
              const repair = fullDisk(room);
              const { code, status } = await failure(change()).finally(repair);
              [code, status].should.eql(["InternalError", 500]);
              should(await everything(client)).eql(before);
            }
            const repair = fullDisk(room);
            try {
              (() => server.put(BUCKET, "a", body)).should.throw(FolderError);
            } finally {
              repair();
            }
            should(await everything(client)).eql(before);
            while (server.inFlight > 0) await new Promise((resolve) => setImmediate(resolve));
            bodyFiles(folder).should.eql(files);
            await put(client, "after", "room again");
          },
          FILLED,
        );
        await onFolder(folder, async (server) => {
          server.keys(BUCKET).should.eql(["a", "after"]);
          must(server.get(BUCKET, "a")?.body.equals(BIG)).should.be.true();
          server.uploads(BUCKET).should.match([{ key: "m", parts: [1] }]);
        });
      }));
  }

  it("tells the same to an upload that was under way when the disk failed, which may be repeated", () =>
    withFolder((folder) =>
      onFolder(
        folder,
        async (server, client) => {
          const { url, headers } = signRequest(server, { method: "PUT", path: `/${BUCKET}/slow`, body: BIG });
          const request = httpRequest({ port: server.port, host: "127.0.0.1", method: "PUT", path: url, headers });
          request.setHeader("content-length", BIG.length);
          const answered = new Promise<number | undefined>((resolve, reject) => {
            request.once("error", reject).once("response", (reply) => resolve(reply.resume().statusCode));
          });
          request.write(BIG.subarray(0, 1000));
          while (!server.requests[0]?.received) await new Promise((resolve) => setImmediate(resolve));
          const repair = fullDisk(0);
          (await failure(put(client, "a", "x")).finally(repair)).code.should.equal("InternalError");
          request.end(BIG.subarray(1000));
          should(await answered).equal(500);
          await put(client, "slow", BIG);
          must(server.get(BUCKET, "slow")?.body.equals(BIG)).should.be.true();
        },
        FILLED,
      ),
    ));

  it("acknowledges none of many changes that were under way when the disk failed and that it lost", () =>
    withFolder(async (folder) => {
      const told = await onFolder(
        folder,
        async (_, client) => {
          const repair = fullDisk(40_000);
          const keys = Array.from({ length: 200 }, (__, n) => `k${n}`);
          const replies = await Promise.all(
            keys.map((key) =>
              put(client, key, key.repeat(100)).then(
                () => key,
                () => "",
              ),
            ),
          );
          repair();
          return replies.filter(Boolean).sort();
        },
        FILLED,
      );
      told.length.should.be.above(10).and.below(190);
      await onFolder(folder, async (server) => {
        const keys = server.keys(BUCKET);
        told.filter((key) => !keys.includes(key)).should.be.empty();
      });
    }));
});
