import { createReadStream } from "node:fs";
import { type AddressInfo, createServer } from "node:net";

/** What the plain copy copies to and from: it throws away what comes, or sends the file that is named. */
export const startLoopback = (source: string): Promise<{ port: number; close(): void }> =>
  new Promise((resolve) => {
    const server = createServer({ allowHalfOpen: true }, (socket) => {
      socket.on("error", () => {});
      socket.once("data", (first) => {
        if (first.toString("latin1").startsWith("get ")) {
          createReadStream(source).pipe(socket);
          return;
        }
        socket.resume();
        socket.once("end", () => socket.end("ok"));
      });
    });
    server.listen(0, "127.0.0.1", () => {
      resolve({ port: (server.address() as AddressInfo).port, close: () => server.close() });
    });
  });
