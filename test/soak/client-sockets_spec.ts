import { once } from "node:events";
import { Agent, createServer, get } from "node:http";
import type { AddressInfo } from "node:net";
import "should";
import { countClientSockets } from "./client-sockets";

describe("the count of client sockets", () => {
  it("has those that an agent keeps and nobody uses, until they are closed", async () => {
    const server = createServer((_request, response) => response.end("x")).listen(0, "127.0.0.1");
    await once(server, "listening");
    const agent = new Agent({ keepAlive: true });
    const open = countClientSockets();
    const request = get({ port: (server.address() as AddressInfo).port, host: "127.0.0.1", agent });
    const [[socket], [answer]] = await Promise.all([once(request, "socket"), once(request, "response")]);
    await once(answer.resume(), "end");
    open().should.equal(1);
    const closed = once(socket, "close");
    agent.destroy();
    await closed;
    open().should.equal(0);
    server.close();
  });
});
