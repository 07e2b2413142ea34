import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import should from "should";
import { type Fault, faultKinds, type ProxiedRequest, randomPlan } from "../../dev/fault-proxy";
import { bucket, useProxy } from "./support";

const asked = (key: string, operation = "PutObject") =>
  ({ operation, key, query: {} }) as Pick<ProxiedRequest, "operation" | "key" | "query"> as ProxiedRequest;

describe("a random plan", () => {
  const keys = Array.from({ length: 500 }, (_, at) => `key-${at}`);
  const drawn = (seed: number, order: readonly string[], rate = 0.2): Map<string, Fault | undefined> => {
    const plan = randomPlan({ seed, rate });
    return new Map(order.map((key) => [key, plan(asked(key)) as Fault | undefined]));
  };
  const show = (all: Map<string, Fault | undefined>) => keys.map((key) => JSON.stringify(all.get(key)));

  it("does the same to the same requests, in whatever order they come", () => {
    show(drawn(7, keys)).should.eql(show(drawn(7, [...keys].reverse())));
    show(drawn(7, keys)).should.not.eql(show(drawn(8, keys)));
  });

  it("lets something befall so many", () => {
    const count = (rate: number) => [...drawn(7, keys, rate).values()].filter((fault) => fault).length;
    count(0).should.equal(0);
    count(0.2).should.be.within(60, 140);
    count(1).should.equal(500);
  });

  it("does something else to a second attempt", () => {
    const plan = randomPlan({ seed: 7, rate: 0.5 });
    const tries = Array.from({ length: 50 }, () => JSON.stringify(plan(asked("key"))));
    new Set(tries).size.should.be.above(5);
  });

  it("draws only from the kinds that it is given, and changes no bytes by itself", () => {
    const plan = randomPlan({ seed: 7, rate: 1, kinds: ["drop"] });
    for (const key of keys) should(plan(asked(key))).eql({ drop: true });
    for (const fault of drawn(7, keys, 1).values()) should(typeof fault?.body).not.equal("function");
    faultKinds.should.containEql("otherByte");
  });
});

describe("npm run faults", () => {
  const world = useProxy();
  const run = (...args: string[]) => {
    const child = spawn(process.execPath, [join(__dirname, "../../dev/fault-proxy/cli.js"), ...args]);
    let text = "";
    child.stdout.setEncoding("utf8").on("data", (piece) => {
      text += piece;
    });
    child.stderr.setEncoding("utf8").on("data", (piece) => {
      text += piece;
    });
    return {
      child,
      said: () => text,
      async until(pattern: RegExp): Promise<RegExpExecArray> {
        for (;;) {
          const found = pattern.exec(text);
          if (found) return found;
          if (child.exitCode !== null) throw new Error(`it ended, and said ${text}`);
          await new Promise((resolve) => setTimeout(resolve, 5));
        }
      },
    };
  };

  it("says where it is, and what it does", async () => {
    const { child, until } = run("--target", world.s3.endpoint, "--seed", "7", "--rate", "1", "--kinds", "slowDown");
    try {
      const [, endpoint] = await until(/from (http:\S+) to .*, seed 7, rate 1\n/);
      const answer = await fetch(`${endpoint}/${bucket}/a`);
      should(answer.status).equal(503);
      await until(/0 GET \/bucket\/a: \{"error":"SlowDown"\}/);
    } finally {
      child.kill("SIGTERM");
      await once(child, "exit");
    }
    should(child.exitCode).equal(0);
  });

  for (const [args, what] of [
    [[], /--target is missing/],
    [["--target", "http://127.0.0.1:1", "--rate", "2"], /--rate must be a number up to 1, not "2"/],
    [["--target", "http://127.0.0.1:1", "--kinds", "none"], /there is no fault none/],
  ] as const) {
    it(`refuses ${args.join(" ") || "to run without a target"}`, async () => {
      const { child, said } = run(...args);
      await once(child, "close");
      should(child.exitCode).equal(1);
      said()
        .should.match(what)
        .and.match(/Try --help/);
    });
  }
});
