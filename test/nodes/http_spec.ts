import "should";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { type Bench, deploy, type Message } from "../support/bench";
import { useServer } from "../support/server";

const httpNodes = require("@node-red/nodes/core/network/21-httpin.js");

describe("a message from http in, with req and res", () => {
  const world = useServer();
  let bench: Bench;
  let server: Server;
  afterEach(async () => {
    server.close();
    await bench.close();
  });

  /** http in → our node → http response, and Catch → http response. */
  const serve = async (verb: string, config: object): Promise<string> => {
    const at = { z: "tab", x: 0, y: 0 };
    const extra = [
      { id: "in", ...at, type: "http in", url: "/file", method: "get", wires: [["node"]] },
      { id: "back", ...at, type: "http response", wires: [] },
      { id: "oops", ...at, type: "http response", statusCode: "404", wires: [] },
      { id: "catch2", ...at, type: "catch", scope: ["node"], wires: [["oops"]] },
    ];
    let app: Message;
    const loader = (RED: Message) => {
      app = RED.httpNode;
      httpNodes(RED);
    };
    bench = await deploy(verb, { ...config }, { server: world.s3, extra, modules: [loader] });
    bench.find("out0").on("input", (msg: Message) => bench.find("back").receive(msg));
    server = createServer(app).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}/file`;
  };
  const path = { path: "req.query.name", pathType: "msg" };

  it("is answered with what was read", async () => {
    world.s3.put("bucket", "a.txt", "the content");
    const url = await serve("read", path);
    const answer = await fetch(`${url}?name=a.txt`);
    (await answer.text()).should.equal("the content");
  });

  it("is answered by a Catch node, too", async () => {
    const url = await serve("read", path);
    (await fetch(`${url}?name=none`)).status.should.equal(404);
  });

  it("is answered once, with the last of a sequence", async () => {
    world.s3.put("bucket", "lines", "first\nlast");
    const url = await serve("read", { ...path, format: "lines" });
    bench.find("out0").removeAllListeners("input");
    bench.find("out0").on("input", (msg: Message) => msg.parts.count && bench.find("back").receive(msg));
    (await (await fetch(`${url}?name=lines`)).text()).should.equal("last");
  });
});
