import "should";
import { join } from "node:path";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { cert, key } from "../s3-server/certificate";
import { deploy, type Message } from "../support/bench";
import { crowd } from "../support/crowd";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { useServer } from "../support/server";

describe("the connection on the wire", () => {
  const world = useServer({ buckets: ["bucket", { name: "paid", requesterPays: true }] });
  const run = (verb: string, payload: object, connection = {}, bucket = "bucket") =>
    once(verb, {}, payload, { server: world.s3, connection, bucket });
  const requests = (operation: string) => world.s3.requests.filter((request) => request.operation === operation);

  beforeEach(() => {
    world.s3.hooks.length = 0;
    world.s3.put("bucket", "a", "content");
    world.s3.clear();
  });

  describe("maxAttempts", () => {
    for (const [maxAttempts, count] of [
      [1, 1],
      [3, 3],
      ["2", 2],
      [undefined, 5],
    ] as const) {
      it(`${maxAttempts} sends a request that fails ${count} times`, async () => {
        world.s3.hook({ operation: "GetObject", error: "InternalError" });
        failure(await run("read", { path: "a" }, { maxAttempts }), "InternalError").retryable.should.be.true();
        requests("GetObject").should.have.length(count);
      });
    }

    it("counts a reset and a lost answer too, and ends with the first success", async () => {
      world.s3.hook({ operation: "GetObject", times: 1, reset: true });
      world.s3.hook({ operation: "GetObject", skip: 1, times: 1, drop: true });
      onlyMessage(await run("read", { path: "a" }, { maxAttempts: 3 }));
      requests("GetObject").should.have.length(3);
    });

    it("does not repeat what cannot pass", async () => {
      world.s3.hook({ operation: "GetObject", error: "AccessDenied" });
      failure(await run("read", { path: "a" }), "AccessDenied");
      requests("GetObject").should.have.length(1);
    });

    it("waits between the attempts, at random", async () => {
      world.s3.hook({ operation: "GetObject", error: "InternalError" });
      const gaps: number[] = [];
      for (let round = 0; round < 3; round++) {
        world.s3.clear();
        failure(await run("read", { path: "a" }, { maxAttempts: 4 }), "InternalError");
        const times = requests("GetObject").map(({ at }) => at);
        gaps.push((times.at(-1) ?? 0) - (times[0] ?? 0));
      }
      Math.max(...gaps).should.be.above(20);
      new Set(gaps).size.should.be.above(1);
    });
  });

  describe("timeout", () => {
    it("ends an attempt that is never answered", async () => {
      world.s3.hook({ operation: "PutObject", stall: true });
      const error = failure(await run("write", { path: "b", data: "x" }, { timeout: 0.3, maxAttempts: 2 }), "Timeout");
      error.message.should.match(/timeout/i);
      requests("PutObject").should.have.length(2);
    });

    it("and tries it again where that is safe", async () => {
      world.s3.hook({ operation: "PutObject", stall: true, times: 1 });
      onlyMessage(await run("write", { path: "b", data: "x", overwrite: true }, { timeout: 0.3 }));
    });

    it("does not end one whose answer takes shorter, again and again", async () => {
      world.s3.setLatency(150);
      onlyMessage(
        await run("write", { path: "b", data: Buffer.alloc(17 * 1024 * 1024), overwrite: true }, { timeout: 1 }),
      );
      world.s3.setLatency(0);
      world.s3.requests.filter(({ status }) => status !== 200).should.have.length(0);
    });
  });

  describe("concurrency", () => {
    for (const [concurrency, most] of [
      [1, 1],
      [3, 3],
      [undefined, 16],
    ] as const) {
      it(`${concurrency} lets ${most} requests be in flight, and no more`, async () => {
        crowd(world.s3, most);
        const bench = await deploy("read", {}, { server: world.s3, connection: { concurrency } });
        await Promise.all(Array.from({ length: 40 }, (_, index) => bench.send({ payload: { path: `none ${index}` } })));
        await bench.close();
        world.s3.maxInFlight.should.equal(most);
      });
    }

    it("holds for all nodes of the connection together, parts of large objects included", async () => {
      crowd(world.s3, 2);
      const other = { id: "other", z: "tab", x: 0, y: 0, type: "amazon-s3-write", connection: "s3", wires: [] };
      const bench = await deploy("write", {}, { server: world.s3, connection: { concurrency: 2 }, extra: [other] });
      const data = Buffer.alloc(40 * 1024 * 1024);
      const done = new Promise<void>((resolve) => {
        bench.find("other")._complete = () => resolve();
      });
      bench.find("other").receive({ payload: { path: "large 2", data, overwrite: true } });
      await bench.send({ payload: { path: "large 1", data, overwrite: true } });
      await done;
      await bench.close();
      requests("UploadPart").should.have.length(10);
      world.s3.maxInFlight.should.equal(2);
    });
  });

  it("has one client for all nodes of a connection, which keeps its sockets", async () => {
    const other = { id: "other", z: "tab", x: 0, y: 0, type: "amazon-s3-read", connection: "s3", wires: [] };
    const bench = await deploy("read", {}, { server: world.s3, extra: [other] });
    for (let round = 0; round < 3; round++) {
      await bench.send({ payload: { path: "a" } });
      const done = new Promise<void>((resolve) => {
        bench.find("other")._complete = () => resolve();
      });
      bench.find("other").receive({ payload: { path: "a" } });
      await done;
    }
    world.s3.connections.should.equal(1);
    await bench.close();
    requests("GetObject").should.have.length(6);
  });

  it("leaves no socket open after close, idle or busy", async () => {
    const bench = await deploy("read", {}, { server: world.s3 });
    await Promise.all(Array.from({ length: 5 }, () => bench.send({ payload: { path: "a" } })));
    world.s3.connections.should.be.above(0);
    world.s3.hook({ operation: "GetObject", stall: true });
    const busy = bench.send({ payload: { path: "a" } });
    while (requests("GetObject").length < 6) await new Promise((resolve) => setTimeout(resolve, 5));
    await bench.close();
    (await busy).error.code.should.equal("Aborted");
    for (let i = 0; i < 100 && world.s3.connections > 0; i++) await new Promise((resolve) => setTimeout(resolve, 10));
    world.s3.connections.should.equal(0);
  });

  describe("checksums", () => {
    const put = async (connection: object, data: unknown = "x") => {
      onlyMessage(await run("write", { path: "sum", data, overwrite: true }, connection));
      return world.s3.requests;
    };
    const names = (headers: object) =>
      Object.keys(headers).filter((name) => /checksum|trailer|sdk-checksum/.test(name));

    for (const checksums of ["auto", "required"]) {
      it(`${checksums} sends none to a store of one's own, and asks for none`, async () => {
        for (const { headers } of await put({ checksums })) names(headers).should.eql([]);
        onlyMessage(await run("read", { path: "sum" }, { checksums }));
        names(requests("GetObject")[0]?.headers as object).should.eql([]);
      });
    }

    it("always sends them, and asks for them", async () => {
      const [single] = await put({ checksums: "always" });
      String(single?.headers["x-amz-checksum-crc32"]).should.match(/^[A-Za-z0-9+/]{6}==$/);
      world.s3.clear();
      await put({ checksums: "always" }, Buffer.alloc(17 * 1024 * 1024));
      for (const { headers } of requests("UploadPart")) headers.should.have.property("x-amz-checksum-crc32");
      must(requests("CreateMultipartUpload")[0]?.headers).should.have.property("x-amz-checksum-algorithm", "CRC32");
      onlyMessage(await run("read", { path: "a" }, { checksums: "always" }));
      must(requests("GetObject")[0]?.headers).should.have.property("x-amz-checksum-mode", "ENABLED");
    });

    for (const checksums of ["auto", "always", "required"]) {
      it(`${checksums} sends one where S3 requires it`, async () => {
        onlyMessage(await run("delete", { path: ["a"] }, { checksums }));
        const { headers } = requests("DeleteObjects")[0] as { headers: object };
        Object.keys(headers)
          .filter((name) => /^(x-amz-checksum-|content-md5)/.test(name))
          .length.should.be.above(0);
      });
    }

    it("never sends a body in chunks with a trailer, which stores may take for content", async () => {
      await put({ checksums: "always" }, Buffer.alloc(17 * 1024 * 1024));
      for (const { headers } of requests("UploadPart")) {
        headers.should.not.have.property("x-amz-trailer");
        headers.should.not.have.property("transfer-encoding");
        String(headers["content-encoding"]).should.not.match(/aws-chunked/);
      }
    });
  });

  describe("requesterPays", () => {
    it("tells the bucket that the requester pays, in every request", async () => {
      const on = { requesterPays: true };
      const data = Buffer.alloc(17 * 1024 * 1024);
      onlyMessage(await run("write", { path: "p", data }, on, "paid"));
      onlyMessage(await run("read", { path: "p" }, on, "paid"));
      onlyMessage(await run("exist", { path: "p" }, on, "paid"));
      onlyMessage(await run("list", {}, on, "paid"));
      onlyMessage(await run("delete", { path: ["p"] }, on, "paid"));
      world.s3.requests.length.should.be.above(7);
      for (const { headers } of world.s3.requests) headers.should.have.property("x-amz-request-payer", "requester");
    });

    it("does not, by default", async () => {
      failure(await run("read", { path: "p" }, {}, "paid"), "AccessDenied");
      must(requests("GetObject")[0]?.headers).should.not.have.property("x-amz-request-payer");
    });
  });

  describe("tls", () => {
    let secure: S3Server;
    const module = require(join(require.resolve("@node-red/nodes/package.json"), "../core/network/05-tls.js"));
    const tls = (credentials: object, more: object = {}) => ({
      server: secure,
      connection: { tls: "tls", maxAttempts: 1 },
      modules: [module],
      extra: [{ id: "tls", type: "tls-config", cert: "", key: "", ca: "", verifyservercert: true, ...more }],
      extraCredentials: { tls: credentials },
    });

    before(async () => {
      secure = await startS3Server({ buckets: ["bucket"], tls: { key, cert, ca: cert, requestCert: false } });
      secure.put("bucket", "a", "secret content");
    });
    after(() => secure.close());

    it("trusts a certificate authority of one's own", async () => {
      onlyMessage(await once("read", {}, { path: "a" }, tls({ cadata: cert }))).payload.should.equal("secret content");
    });

    it("refuses a certificate that nobody vouches for, and says what to do", async () => {
      const outcome = await once("read", {}, { path: "a" }, { server: secure, connection: { maxAttempts: 2 } });
      outcome.error.code.should.match(/SELF_SIGNED|UNABLE_TO_VERIFY/);
      outcome.error.message.should.match(/certificate/).and.match(/TLS configuration/);
      secure.requests.filter(({ operation }) => operation === "GetObject").should.have.length(1);
    });

    it("does not verify it where the TLS configuration says so", async () => {
      onlyMessage(await once("read", {}, { path: "a" }, tls({}, { verifyservercert: false })));
    });

    it("sends a client certificate", async () => {
      const mutual = await startS3Server({ buckets: ["bucket"], tls: { key, cert, ca: cert, requestCert: true } });
      mutual.put("bucket", "a", "for friends");
      const friend = { ...tls({ cadata: cert, certdata: cert, keydata: key }), server: mutual };
      const stranger = { ...tls({ cadata: cert }), server: mutual };
      try {
        onlyMessage(await once("read", {}, { path: "a" }, friend)).payload.should.equal("for friends");
        (await once("read", {}, { path: "a" }, stranger)).error.should.be.an.Error();
        mutual.requests.should.have.length(1);
      } finally {
        await mutual.close();
      }
    });

    it("says so when the endpoint is http and the store wants https, or the other way round", async () => {
      const endpoint = secure.endpoint.replace("https:", "http:");
      const plain = await once(
        "read",
        {},
        { path: "a" },
        { server: { ...secure, endpoint }, connection: { maxAttempts: 1 } },
      );
      plain.error.should.be.an.Error();
      const wrong = { ...world.s3, endpoint: world.s3.endpoint.replace("http:", "https:") };
      const error = failure(
        await once("read", {}, { path: "a" }, { server: wrong, connection: { maxAttempts: 1 } }),
        "EPROTO",
      );
      error.message.should.match(/must begin with http:\/\/ in place of https:\/\//);
    });
  });

  it("says so when nothing answers at the endpoint", async () => {
    const connection = { endpoint: "http://127.0.0.1:9", maxAttempts: 2 };
    const error = failure(await run("read", { path: "a" }, connection), "ECONNREFUSED");
    error.message.should.match(/nothing answers at the endpoint/);
    error.retryable.should.be.true();
  });

  it("says so when the endpoint has no address", async () => {
    const connection = { endpoint: "http://no-such-host.invalid", maxAttempts: 1 };
    const { error } = await run("read", { path: "a" }, connection);
    (error as Message).code.should.match(/^(ENOTFOUND|EAI_AGAIN)$/);
    (error as Message).message.should.match(/cannot be resolved/);
  });
});
