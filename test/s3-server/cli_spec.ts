import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import { ListObjectsV2Command } from "@aws-sdk/client-s3";
import "should";
import { parseCommandLine } from "../../dev/s3-server/cli";
import { must } from "../support/must";
import { clientFor } from "./support";

const CLI = join(__dirname, "..", "..", "dev", "s3-server", "cli.js");

const started: ChildProcess[] = [];

interface Ended {
  code: number | null;
  out: string;
}

function start(args: string[]): {
  child: ChildProcess;
  ended: Promise<Ended>;
  said: (text: RegExp) => Promise<string>;
} {
  const child = spawn(process.execPath, [CLI, ...args]);
  started.push(child);
  let out = "";
  const listeners = new Set<() => void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.on("data", (data) => {
      out += data;
      for (const listener of listeners) listener();
    });
  }
  const ended = new Promise<Ended>((resolve) => child.once("close", (code) => resolve({ code, out })));
  const said = (text: RegExp) =>
    new Promise<string>((resolve, reject) => {
      const look = (): void => {
        if (text.test(out)) resolve(out);
      };
      listeners.add(look);
      look();
      void ended.then(() => reject(new Error(`it ended and said: ${out}`)));
    });
  return { child, ended, said };
}

describe("s3-server: command line", () => {
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
  });

  it("serves until it is interrupted, and keeps a given secret to itself", async () => {
    const args = [
      "--port",
      "0",
      "--access-key",
      "K",
      "--secret-key",
      "not-to-be-seen",
      "--bucket",
      "first",
      "--bucket",
      "second",
      "--region",
      "eu-north-1",
    ];
    const { child, ended, said } = start(args);
    const out = await said(/buckets: first, second/);
    const endpoint = /http:\/\/127\.0\.0\.1:\d+/.exec(out)?.[0] ?? "";
    const client = clientFor({
      endpoint,
      region: "eu-north-1",
      accessKey: "K",
      secretKey: "not-to-be-seen",
    } as Parameters<typeof clientFor>[0]);
    (await client.send(new ListObjectsV2Command({ Bucket: "second" }))).should.match({ KeyCount: 0 });
    client.destroy();
    child.kill("SIGINT");
    const end = await ended;
    (end.code ?? -1).should.equal(0);
    end.out.should.not.containEql("not-to-be-seen");
  });

  it("says what is wrong with an option", async () => {
    for (const [args, message] of [
      [["--port", "http"], /--port must be a whole number up to 65535, not "http"/],
      [["--port", "70000"], /--port must be a whole number/],
      [["--bukket", "x"], /--bukket/],
      [["--bucket", "NO"], /bucket is not valid.*NO/],
      [["--secret-key", ""], /--secret-key is empty/],
      [["--folder", ""], /--folder is empty/],
      [["--folder", CLI], /The folder .*cli\.js cannot be used: ENOTDIR.*\nTry --help/],
    ] as const) {
      const { code, out } = await start([...args]).ended;
      (code ?? -1).should.equal(1);
      out.should.match(message);
    }
  });

  it("helps", async () => {
    const { code, out } = await start(["--help"]).ended;
    (code ?? -1).should.equal(0);
    out.should
      .match(/--access-key/)
      .and.match(/--bucket/)
      .and.match(/--folder/);
    must(parseCommandLine(["--port", "1234"]))
      .should.match({ port: 1234, buckets: [] })
      .and.not.have.property("folder");
    must(parseCommandLine(["--folder", "kept"])).should.match({ folder: "kept" });
  });
});
