import "should";
import { Agent as HttpAgent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import type { Socket } from "node:net";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { cert, key } from "../s3-server/certificate";
import { openCore } from "../support/context";

interface Adds {
  addRequest(...args: unknown[]): void;
}

describe("a socket of a connection", () => {
  let server: S3Server;
  afterEach(() => server.close());

  for (const [name, Agent] of Object.entries({ http: HttpAgent, https: HttpsAgent })) {
    it(`never has nobody to hear of its errors, which would end Node-RED: ${name}`, async () => {
      const isSecure = Agent === HttpsAgent;
      server = await startS3Server({ buckets: ["bucket"], ...(isSecure ? { tls: { key, cert } } : {}) });
      const sockets = new Map<Socket, number>();
      const watch = (socket: Socket): void => {
        if (sockets.has(socket)) return;
        sockets.set(socket, 0);
        // Node.js takes its own listener away before it puts the socket back, and errors may come in between.
        socket.on("newListener", (event) => {
          const alone = event === "error" && socket.listenerCount("error") === 0;
          if (alone) sockets.set(socket, (sockets.get(socket) ?? 0) + 1);
        });
      };
      const prototype = Agent.prototype as unknown as Adds;
      const own = Object.getOwnPropertyDescriptor(prototype, "addRequest");
      const { addRequest } = prototype;
      prototype.addRequest = function (request, ...rest) {
        (request as { once(event: string, listener: (socket: Socket) => void): void }).once("socket", watch);
        addRequest.call(this, request, ...rest);
      };
      const core = openCore(server, isSecure ? { tls: { ca: cert } } : {});
      try {
        for (let round = 0; round < 3; round++) {
          await core.run("write", { path: "a", data: "x", overwrite: true });
          await core.run("read", { path: "a" });
        }
      } finally {
        if (own) Object.defineProperty(prototype, "addRequest", own);
        else Reflect.deleteProperty(prototype, "addRequest");
        await core.close();
      }
      sockets.size.should.be.above(0);
      for (const count of sockets.values()) count.should.equal(0);
    });
  }
});
