import "should";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { setTimeout as pause } from "node:timers/promises";
import { openCore } from "../support/context";
import { withEnvironment, withFiles } from "../support/environment";
import { useFreshServer } from "../support/server";

/** One that nobody has asked after, as in a container, is still listed when it is dead. */
const isAlive = (pid: number): boolean => {
  try {
    return !/\) [ZX] /.test(readFileSync(`/proc/${pid}/stat`, "utf8"));
  } catch {
    return false;
  }
};

describe("a program that a profile has keys from", () => {
  before(function () {
    if (process.platform === "linux") return;
    console.log("      what a shell has started is ended on Linux alone");
    this.skip();
  });
  const world = useFreshServer();
  /** @param script gets the file where it says that it was started */
  const withProgram = (script: string, work: (started: () => number[]) => Promise<void>) =>
    withFiles({ program: script, started: "", config: "", none: "" }, async (path) => {
      const command = `sh ${path("program")} ${path("started")}`;
      await writeFile(path("config"), `[profile own]\ncredential_process = ${command}\n`);
      await withEnvironment({ AWS_CONFIG_FILE: path("config"), AWS_SHARED_CREDENTIALS_FILE: path("none") }, () =>
        work(() => readFileSync(path("started"), "utf8").trim().split("\n").filter(Boolean).map(Number)),
      );
    });
  const open = () =>
    openCore(world.s3, { auth: "profile", profile: "own", accessKey: "", secretKey: "", timeout: 0.5, maxAttempts: 1 });

  it("runs once at a time, and ends with the connection, where it hangs", () =>
    withProgram('echo $$ >> "$1"\nexec sleep 600\n', async (started) => {
      const core = open();
      for (let n = 0; n < 4; n++) {
        (await core.failure("read", { path: "a" })).code.should.equal("Timeout");
        started().filter(isAlive).length.should.be.belowOrEqual(1);
      }
      started().length.should.be.above(1);
      await core.close();
      while (started().some(isAlive)) await pause(10);
    }));

  it("is not run a second time while it cannot be ended, since what it has started has left it", () =>
    withProgram('echo $$ >> "$1"\nsh -c "sleep 3 & exit"\nexec sleep 600\n', async (started) => {
      const core = open();
      for (let n = 0; n < 3; n++) (await core.failure("read", { path: "a" })).code.should.equal("Timeout");
      started().should.have.length(1);
      await pause(2000);
      (await core.failure("read", { path: "a" })).code.should.equal("Timeout");
      started().should.have.length(2);
      await core.close();
    }));

  it("gives keys again as soon as it does", () =>
    withProgram(
      `[ -s "$1" ] || { echo $$ >> "$1"; exec sleep 600; }
echo '{ "Version": 1, "AccessKeyId": "test-access-key", "SecretAccessKey": "test-secret-key" }'
`,
      async () => {
        world.s3.put("bucket", "a", "A");
        const core = open();
        (await core.failure("read", { path: "a" })).code.should.equal("Timeout");
        (await core.run("read", { path: "a" })).result.should.equal("A");
        await core.close();
      },
    ));
});
