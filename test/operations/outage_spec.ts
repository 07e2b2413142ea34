import "should";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { type Core, openCore } from "../support/context";
import { allOnlyEmbedded, needsFaults } from "../support/only-embedded";
import { useScratch } from "../support/scratch-folder";

const outage = 5000;

describe("an outage of five seconds", () => {
  allOnlyEmbedded(needsFaults);
  const scratch = useScratch();
  let server: S3Server;
  let core: Core;
  afterEach(async () => {
    await core.close();
    await server.close();
  });

  const fill = (): void => {
    for (const path of ["in/a.txt", "gone.txt", "old/a.txt"]) server.put("bucket", path, "A");
  };

  /** Every operation, all at once; what each gave. */
  const work = async (): Promise<Record<string, unknown>> => {
    await scratch.fill({ "up/a.txt": "A" });
    const runs: [string, Promise<{ result: unknown }>][] = [
      ["create", core.run("create", { path: "new.txt" })],
      ["delete", core.run("delete", { path: "gone.txt" })],
      ["download", core.run("download", { path: "in/a.txt", target: scratch.path("down.txt") })],
      ["exist", core.run("exist", { path: "in/a.txt" })],
      ["list", core.run("list", { path: "in/" })],
      ["purge", core.run("purge", { path: "old/", force: true })],
      ["read", core.run("read", { path: "in/a.txt" })],
      ["upload", core.run("upload", { source: scratch.path("up"), path: "up/" })],
      ["write", core.run("write", { path: "w.txt", data: "x" })],
    ];
    return Object.fromEntries(await Promise.all(runs.map(async ([verb, run]) => [verb, (await run).result] as const)));
  };

  const all = (results: Record<string, unknown>): void => {
    results.should.containDeep({
      create: { created: true },
      delete: { deleted: true },
      download: { downloaded: 1 },
      exist: true,
      list: [{ path: "in/a.txt" }],
      purge: { deleted: 1 },
      read: "A",
      upload: { uploaded: 1 },
      write: { written: true },
    });
  };

  it("is waited for by every operation when nobody listens", async () => {
    server = await startS3Server({ buckets: ["bucket"] });
    const { port } = server;
    core = openCore(server, { maxAttempts: 5 });
    await server.close();
    const working = work();
    await new Promise((resolve) => setTimeout(resolve, outage));
    server = await startS3Server({ buckets: ["bucket"], port });
    fill();
    all(await working);
  });

  for (const [what, action] of Object.entries({
    "503": { error: "ServiceUnavailable" },
    SlowDown: { error: "SlowDown" },
    "a reset": { reset: true },
  })) {
    it(`is waited for by every operation when requests are answered with ${what}`, async () => {
      server = await startS3Server({ buckets: ["bucket"] });
      core = openCore(server, { maxAttempts: 5 });
      fill();
      const unhook = server.hook(action);
      const working = work();
      await new Promise((resolve) => setTimeout(resolve, outage));
      unhook();
      all(await working);
    });
  }
});
