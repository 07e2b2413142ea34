// dev/servers/rgw-up.sh with stand-ins for Ceph's programs: which daemons it ends when something goes wrong. That it
// boots the real ones is shown by every suite that runs on Ceph.
import "should";
import { execFile, spawn } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Server } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";

const up = join(__dirname, "..", "..", "dev", "servers", "rgw-up.sh");

/** What stands in: daemons that sleep, clients that say what the script waits for. */
const daemon = '#!/bin/bash\n[ "$1" = -f ] || exit 0\nexec -a "$(basename "$0") $*" sleep 600\n';
const programs: Record<string, string> = {
  id: "#!/bin/sh\necho 0\n",
  ceph: '#!/bin/sh\necho "1 osds: 1 up, 1 in"\n',
  "radosgw-admin": "#!/bin/sh\necho {}\n",
  monmaptool: "#!/bin/sh\n",
  curl: '#!/bin/sh\n[ -z "$NO_GATEWAY" ] || exit 7\nprintf 200\n',
  "ceph-mon": daemon,
  "ceph-osd": daemon,
  radosgw: '#!/bin/bash\n[ "$1" = -f ] || { echo ceph version 0; exit 0; }\n[ -z "$NO_GATEWAY" ] || exit 1\n'.concat(
    'exec -a "radosgw $*" sleep 600\n',
  ),
};

const alive = (pid: number): boolean => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8") !== "";
  } catch {
    return false;
  }
};

describe("rgw-up.sh", function () {
  this.timeout(60_000);
  const ours: number[] = [];
  let home: string;
  let port: number;
  let blocker: Server | undefined;

  const listen = (at: number): Promise<Server> =>
    new Promise((resolve, reject) => {
      const server = createServer((socket) => socket.destroy());
      server.once("error", reject).listen(at, "127.0.0.1", () => resolve(server));
    });

  /** Runs it; `code` is its exit code. */
  const run = (env: Record<string, string> = {}): Promise<{ code: number; stdout: string; stderr: string }> =>
    new Promise((resolve) => {
      const path = `${join(home, "bin")}:${process.env.PATH}`;
      const all = { PATH: path, RGW_SUITE: "host", RGW_HOME: join(home, "rgw"), RGW_PORT: String(port), ...env };
      execFile("bash", [up], { env: all }, (error, stdout, stderr) => {
        resolve({ code: error ? Number(error.code) : 0, stdout, stderr });
      });
    });

  const pidOf = (name: string): number => Number(readFileSync(join(home, "rgw", "data", `${name}.pid`), "utf8"));

  /** A daemon that somebody else started. */
  const start = (name: string, program: string): number => {
    const data = join(home, "rgw", "data");
    mkdirSync(data, { recursive: true });
    const child = spawn(join(home, "bin", program), ["-f", "-c", `${data}/ceph.conf`], { stdio: "ignore" });
    ours.push(child.pid as number);
    writeFileSync(join(data, `${name}.pid`), `${child.pid}\n`);
    return child.pid as number;
  };

  before(function () {
    // it looks into /proc
    if (process.platform !== "linux") this.skip();
  });

  beforeEach(async () => {
    home = mkdtempSync(join(tmpdir(), "rgw-up-"));
    mkdirSync(join(home, "bin"));
    for (const [name, text] of Object.entries(programs)) {
      writeFileSync(join(home, "bin", name), text);
      chmodSync(join(home, "bin", name), 0o755);
    }
    const probe = await listen(0);
    port = (probe.address() as AddressInfo).port;
    await new Promise((resolve) => probe.close(resolve));
  });

  afterEach(async () => {
    for (const name of ["rgw", "osd", "mon"]) {
      try {
        ours.push(pidOf(name));
      } catch {} // it never was
    }
    for (const pid of ours.splice(0)) if (alive(pid)) process.kill(pid, "SIGKILL");
    if (blocker) await new Promise((resolve) => blocker?.close(resolve));
    blocker = undefined;
    rmSync(home, { recursive: true, force: true });
  });

  it("starts three daemons, says so, and finds them the next time", async () => {
    const first = await run();
    first.code.should.equal(0, first.stderr);
    first.stdout.should.match(/S3_SERVER_STARTED=yes/);
    const second = await run();
    second.code.should.equal(0, second.stderr);
    second.stdout.should.match(/S3_SERVER_STARTED=no/);
  });

  it("ends nothing that it did not start when the port is taken", async () => {
    const [mon, osd] = [start("mon", "ceph-mon"), start("osd", "ceph-osd")];
    blocker = await listen(port);
    const { code, stderr } = await run();
    code.should.not.equal(0);
    stderr.should.match(/port \d+ is taken/);
    alive(mon).should.be.true();
    alive(osd).should.be.true();
    pidOf("mon").should.equal(mon);
    pidOf("osd").should.equal(osd);
  });

  it("starts a gateway that is gone anew, and does not call the server its own", async () => {
    const mon = start("mon", "ceph-mon");
    start("osd", "ceph-osd");
    const { code, stdout, stderr } = await run();
    code.should.equal(0, stderr);
    stdout.should.match(/S3_SERVER_STARTED=no/);
    pidOf("mon").should.equal(mon);
    alive(pidOf("rgw")).should.be.true();
  });

  it("ends what it started, and that alone, when the gateway does not come up; the data stay", async () => {
    const mon = start("mon", "ceph-mon");
    writeFileSync(join(home, "rgw", "data", "kept"), "");
    const { code, stderr } = await run({ NO_GATEWAY: "yes", RGW_WIPE: "1" });
    code.should.not.equal(0);
    alive(mon).should.be.true();
    pidOf("mon").should.equal(mon);
    (() => pidOf("osd")).should.throw(/ENOENT/);
    readFileSync(join(home, "rgw", "data", "kept"), "utf8").should.equal("");
    stderr.should.match(/FAILED/);
  });
});
