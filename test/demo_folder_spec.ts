/** `npm start -- --folder`, as a person uses it: started, changed, ended, started again. */
import { type ChildProcess, spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteObjectCommand, ListObjectsV2Command, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import should from "should";
import { openDemoFolder } from "../dev/demo/demo-folder";
import { type FlowNode, readFlow } from "../dev/demo/flows";
import { UsageError } from "../dev/demo/options";

const START = join(__dirname, "..", "dev", "start.js");

interface Demo {
  /** of the editor */
  url: string;
  said: string;
  /** as Ctrl-C does; the exit code */
  end(): Promise<number | null>;
}

describe("npm start -- --folder", function () {
  // Node-RED starts several times here.
  this.timeout(180_000);
  let above: string;
  let temporary: string;
  const started: ChildProcess[] = [];

  beforeEach(() => {
    above = mkdtempSync(join(tmpdir(), "amazon-s3-demo-spec-"));
    temporary = join(above, "tmp");
    mkdirSync(temporary);
  });
  afterEach(() => {
    for (const child of started.splice(0)) child.kill("SIGKILL");
    rmSync(above, { recursive: true, force: true, maxRetries: 5 });
  });

  const launch = (args: string[]) => {
    const { npm_lifecycle_event: _, ...env } = process.env;
    const child = spawn(process.execPath, [START, ...args], { env: { ...env, TMPDIR: temporary, TEMP: temporary } });
    started.push(child);
    const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
    return { child, ended };
  };

  const start = (args: string[]): Promise<Demo> => {
    const { child, ended } = launch(args);
    return new Promise((resolve, reject) => {
      let said = "";
      for (const stream of [child.stdout, child.stderr]) {
        stream?.on("data", (data) => {
          said += data;
          const url = /Open (http:\S+\/) .*\)\n/.exec(said)?.[1];
          if (!url) return;
          const end = () => {
            child.kill("SIGINT");
            return ended;
          };
          resolve({ url, said, end });
        });
      }
      void ended.then(() => reject(new Error(`it ended and said: ${said}`)));
    });
  };

  const refusal = async (args: string[]): Promise<string> => {
    const { child, ended } = launch(args);
    let said = "";
    for (const stream of [child.stdout, child.stderr]) stream?.on("data", (data) => (said += data));
    should(await ended).be.above(0);
    return said;
  };

  const clientOf = (folder: string): S3Client => {
    const { accessKey, secretKey, port } = JSON.parse(readFileSync(join(folder, "keys.json"), "utf8"));
    return new S3Client({
      endpoint: `http://127.0.0.1:${port}`,
      region: "us-east-1",
      forcePathStyle: true,
      maxAttempts: 1,
      credentials: { accessKeyId: accessKey, secretAccessKey: secretKey },
    });
  };

  it("finds the objects, the flows and their credentials again, and imports the tour once", async () => {
    const folder = join(above, "folder");
    const first = await start(["--folder", folder]);
    first.said.should.match(/the tour has run/).and.containEql(`${folder} keeps it`);
    if (process.platform !== "win32") {
      (statSync(folder).mode & 0o777).should.equal(0o700);
      (statSync(join(folder, "keys.json")).mode & 0o777).should.equal(0o600);
    }
    const before = JSON.parse(readFileSync(join(folder, "keys.json"), "utf8"));
    const client = clientOf(folder);
    await client.send(new PutObjectCommand({ Bucket: "demo", Key: "mine.txt", Body: "my own" }));
    await client.send(new DeleteObjectCommand({ Bucket: "demo", Key: "readme.txt" }));
    const keys = async (from: S3Client) =>
      ((await from.send(new ListObjectsV2Command({ Bucket: "demo" }))).Contents ?? []).map(({ Key }) => Key);
    const objects = await keys(client);
    client.destroy();

    // As the editor deploys: a flow of one's own, with a connection of one's own, in the place of all others but one.
    const api = { "content-type": "application/json", "Node-RED-API-Version": "v1" };
    const [tab, ...examples] = readFlow("examples/read.json");
    const read = examples.find((node) => node.type === "amazon-s3-read" && node.format === "auto");
    should(read).be.ok();
    const { accessKey, secretKey } = before;
    const mine = [
      { ...tab, label: "my own" },
      { id: "in", type: "http in", z: tab?.id, url: "/mine", method: "get", wires: [["read"]] },
      { ...read, id: "read", connection: "mine", path: "mine.txt", pathType: "str", wires: [["out"]] },
      { id: "out", type: "http response", z: tab?.id, wires: [] },
      {
        ...examples.find((node) => node.type === "amazon-s3-config"),
        id: "mine",
        auth: "keys",
        endpoint: `http://127.0.0.1:${before.port}`,
        credentials: { accessKey, secretKey, region: "us-east-1", bucket: "demo" },
      },
    ];
    const deployed = await fetch(`${first.url}flows`, { method: "POST", headers: api, body: JSON.stringify(mine) });
    deployed.status.should.equal(204);
    const answer = async (url: string): Promise<string> => {
      // a deploy is answered before its flows run
      for (let turn = 0; ; turn++) {
        const reply = await fetch(`${url}mine`);
        if (reply.status !== 404 || turn === 200) return reply.text();
        await reply.text();
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    };
    (await answer(first.url)).should.equal("my own");
    (await refusal(["--folder", folder])).should.match(/in use by another server/).and.not.match(/at .*\.js/);
    should(await first.end()).equal(0);

    for (const how of ["as it was", "with the store's port taken"]) {
      const other = createServer();
      if (how !== "as it was")
        await new Promise<void>((resolve) => other.listen(before.port, "127.0.0.1", () => resolve()));
      const again = await start(["--folder", folder]);
      again.said.should.match(/as you left them/);
      (await answer(again.url)).should.equal("my own", how);
      const flows = (await (await fetch(`${again.url}flows`, { headers: api })).json()) as FlowNode[];
      flows.map(({ id }) => id).should.eql(mine.map(({ id }) => id));
      const { port, ...secrets } = JSON.parse(readFileSync(join(folder, "keys.json"), "utf8"));
      should({ ...secrets, port: before.port }).eql(before);
      (port === before.port).should.equal(how === "as it was");
      const store = clientOf(folder);
      (await keys(store)).should.eql(objects);
      store.destroy();
      should(await again.end()).equal(0);
      await new Promise((resolve) => other.close(resolve));
    }
    const cleartext = ["flows.json", "flows_cred.json"].map((name) =>
      readFileSync(join(folder, "node-red", name), "utf8"),
    );
    cleartext.join().should.not.containEql(secretKey);
    readdirSync(temporary).should.be.empty();
  });

  it("leaves nothing behind without it", async () => {
    const demo = await start([]);
    demo.said.should.match(/the tour has run.*; Ctrl-C ends everything\)/);
    readdirSync(temporary).should.have.length(1);
    should(await demo.end()).equal(0);
    readdirSync(temporary).should.be.empty();
  });

  it("refuses a folder with other things in it, and touches none of them", () => {
    writeFileSync(join(above, "letter.txt"), "x");
    (() => openDemoFolder(above)).should.throw(UsageError, { message: /holds other things, letter.txt for one/ });
    (() => openDemoFolder(join(above, "letter.txt"))).should.throw(UsageError, { message: /cannot be used/ });
    readdirSync(above).sort().should.eql(["letter.txt", "tmp"]);
  });
});
