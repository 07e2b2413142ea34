import "should";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { type Bench, deploy, type Message } from "../support/bench";
import { must } from "../support/must";

const alice = { accessKey: "alice-key", secretKey: "alice-secret" };
const bob = { accessKey: "bob-key", secretKey: "bob-secret" };

describe("several connections and nodes at once", () => {
  let server: S3Server;
  let bench: Bench;
  before(async () => {
    const only = (bucket: string) => [{ action: "s3:*", bucket }];
    server = await startS3Server({
      users: [
        { ...alice, allow: only("hers") },
        { ...bob, allow: only("his") },
      ],
      buckets: ["hers", "his"],
    });
  });
  after(() => server.close());
  afterEach(() => bench.close());

  it("each connection uses its own keys and its own bucket", async () => {
    const at = { z: "tab", x: 0, y: 0 };
    const extra = [
      { id: "s3b", type: "amazon-s3-config", endpoint: server.endpoint },
      { id: "second", ...at, type: "amazon-s3-write", connection: "s3b", wires: [["out0"]] },
      { id: "catch2", ...at, type: "catch", scope: ["second"], wires: [["out0"]] },
    ];
    const extraCredentials = { s3b: { ...bob, region: server.region, bucket: "his" } };
    bench = await deploy("write", {}, { server, credentials: alice, bucket: "hers", extra, extraCredentials });
    const second = (msg: Message) =>
      new Promise<Message>((resolve) => {
        bench.find("out0").on("input", (out: Message) => out.topic === msg.topic && resolve(out));
        bench.find("second").receive(msg);
      });
    const paths = Array.from({ length: 10 }, (_, n) => `p${n}`);
    await Promise.all(
      paths.flatMap((path) => [
        bench.send({ payload: { path, data: "alice" } }),
        second({ topic: path, payload: { path, data: "bob" } }),
      ]),
    );
    for (const path of paths) {
      must(server.get("hers", path)?.body.toString()).should.equal("alice");
      must(server.get("his", path)?.body.toString()).should.equal("bob");
    }
    for (const { bucket, headers } of server.requests) {
      must(headers.authorization).should.containEql(
        bucket === "hers" ? "Credential=alice-key/" : "Credential=bob-key/",
      );
    }
    await bench.redeploy("nodes", { second: { bucket: "hers" } });
    const { error } = await second({ topic: "across", payload: { path: "p", data: "bob" } });
    error.code.should.equal("AccessDenied");
  });

  it("many nodes share a connection without a warning of Node.js", async () => {
    const warnings: Error[] = [];
    const onWarning = (warning: Error) => warnings.push(warning);
    process.on("warning", onWarning);
    try {
      const extra = Array.from({ length: 30 }, (_, n) => {
        return { id: `n${n}`, z: "tab", x: 0, y: 0, type: "amazon-s3-read", connection: "s3", wires: [] };
      });
      bench = await deploy("write", {}, { server, credentials: alice, bucket: "hers", extra });
      const sent = Array.from({ length: 60 }, (_, n) => bench.send({ payload: { path: `many/${n}`, data: n } }));
      for (const { error } of await Promise.all(sent)) (error === undefined).should.be.true(error?.message);
      // Warnings are emitted in a later turn.
      await new Promise((resolve) => setImmediate(resolve));
      warnings.map(({ name }) => name).should.not.containEql("MaxListenersExceededWarning");
    } finally {
      process.off("warning", onWarning);
    }
  });
});
