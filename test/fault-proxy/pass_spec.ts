import { createServer, get, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { DeleteObjectCommand, HeadObjectCommand, ListObjectsV2Command } from "@aws-sdk/client-s3";
import should from "should";
import { startFaultProxy } from "../../dev/fault-proxy";
import { allOddKeys } from "../support/keys";
import { bucket, useProxy } from "./support";

describe("the fault proxy, without a fault", () => {
  const world = useProxy();

  it("leaves signatures, keys and bytes as they are", async () => {
    for (const key of allOddKeys) {
      const body = Buffer.from(`body of ${key}`);
      await world.put(key, body, { Metadata: { a: "b" } });
      (await world.get(key)).equals(body).should.be.true();
    }
    world.s3.keys(bucket).length.should.equal(allOddKeys.length);
    const { KeyCount } = await world.client.send(new ListObjectsV2Command({ Bucket: bucket, Prefix: "a+b c" }));
    should(KeyCount).equal(1);
  });

  it("passes large bodies on, in both directions and side by side", async () => {
    const body = Buffer.alloc(9_000_000, "0123456789");
    await Promise.all(Array.from({ length: 6 }, (_, at) => world.put(`large-${at}`, body)));
    const read = await Promise.all(Array.from({ length: 6 }, (_, at) => world.get(`large-${at}`)));
    for (const one of read) one.equals(body).should.be.true();
    world.proxy.log.slice(-1)[0]?.should.containEql({ status: 200, sent: body.length });
    world.proxy.inFlight.should.equal(0);
  });

  it("goes on with a connection after answers without a body, and those that others replaced", async () => {
    const input = { Bucket: bucket, Key: "a" };
    await world.put("a", "body");
    await world.client.send(new HeadObjectCommand(input));
    world.proxy.setPlan(({ method }) => (method === "GET" ? { body: "body" } : undefined));
    (await world.get("a")).toString().should.equal("body");
    await world.client.send(new DeleteObjectCommand(input));
    world.proxy.setPlan(() => ({ handle: false, error: "SlowDown" }));
    await world.put("a", "body").should.be.rejected();
    world.proxy.setPlan(undefined);
    await world.put("a", "body");
    world.proxy.connections.should.equal(1);
  });

  it("keeps a log without what proves who asks", async () => {
    await world.put("a", "body");
    const [entry] = world.proxy.log;
    should(entry).containEql({ index: 0, method: "PUT", operation: "PutObject", key: "a", attempt: 1, status: 200 });
    should(entry?.path).equal(`/${bucket}/a?x-id=PutObject`);
    should(entry?.received).be.aboveOrEqual(4);
    should(entry?.fault).be.undefined();
    await world.raw(
      "GET /bucket/a?X-Amz-Signature=secret1&X-Amz-Credential=secret2&a=b HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n",
    );
    should(world.proxy.log[1]?.path).equal("/bucket/a?X-Amz-Signature=…&X-Amz-Credential=…&a=b");
    const seen: object[] = [];
    world.proxy.setPlan(({ headers }) => void seen.push(headers));
    await world.put("a", "body");
    JSON.stringify(seen)
      .should.match(/"host"/)
      .and.not.match(/authorization/i);
    JSON.stringify(world.proxy.log).should.not.match(/Signature=[^…]/);
  });

  it("hands on the request line and the headers as they came, and the answer's too", async () => {
    const got: IncomingMessage[] = [];
    const server = createServer((request, response) => {
      got.push(request);
      response.writeHead(299, "Some Reason", ["X-Odd", "1", "x-odd", "2", "ETag", '"e"']).end("body");
    }).listen(0, "127.0.0.1");
    const { port } = await new Promise<AddressInfo>((resolve) =>
      server.once("listening", () => resolve(server.address() as AddressInfo)),
    );
    const proxy = await startFaultProxy({ target: `http://127.0.0.1:${port}` });
    try {
      const answer = await fetch(`${proxy.endpoint}/a%2Fb/../c//d?x=%20+&y`, { headers: { "X-Mixed-Case": "é" } });
      should(answer.status).equal(299);
      should(answer.headers.get("x-odd")).equal("1, 2");
      should(await answer.text()).equal("body");
      should(got[0]?.url).equal("/a%2Fb/../c//d?x=%20+&y".replace("/a%2Fb/..", ""));
      should(got[0]?.headers.host).equal(new URL(proxy.endpoint).host);
      should(got[0]?.headers["x-mixed-case"]).equal("é");
    } finally {
      await proxy.close();
      server.close();
    }
  });

  it("passes on what is no address, for the server to refuse", async () => {
    const text = await world.raw("GET /%zz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");
    text.should.match(/^HTTP\/1\.1 400 /).and.match(/InvalidURI/);
  });

  it("lets a client wait for a 100 Continue", async () => {
    world.s3.createBucket({ name: "open", public: true });
    const head =
      "PUT /open/a HTTP/1.1\r\nHost: localhost\r\nContent-Length: 4\r\nExpect: 100-continue\r\nConnection: close\r\n\r\n";
    const text = await world.raw(head, "body");
    text.should.match(/^HTTP\/1\.1 100 Continue\r\n\r\nHTTP\/1\.1 200 OK\r\n/);
    should(world.s3.get("open", "a")?.body.toString()).equal("body");
  });

  it("ends the server's connection when the client's ends", async () => {
    world.s3.hook({ stall: true });
    const asked = get(`${world.proxy.endpoint}/bucket/a`).on("error", () => {});
    while (world.s3.inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    asked.destroy();
    while (world.s3.connections + world.proxy.connections > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  });

  it("opens no connection that stays where the client has gone while its request was held back", async () => {
    world.proxy.setPlan(() => ({ delay: 100 }));
    const asked = get(`${world.proxy.endpoint}/bucket/a`).on("error", () => {});
    while (world.proxy.inFlight === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    asked.destroy();
    await new Promise((resolve) => setTimeout(resolve, 400));
    world.s3.connections.should.equal(0);
  });

  it("ends the client's connection when the server's ends", async () => {
    await world.put("a", "body");
    world.proxy.connections.should.equal(1);
    await world.s3.close();
    while (world.proxy.connections > 0) await new Promise((resolve) => setTimeout(resolve, 2));
  });

  it("wants a server over plain HTTP", async () => {
    await startFaultProxy({ target: "https://127.0.0.1:1" }).should.be.rejectedWith(/is not an address with http:/);
  });
});
