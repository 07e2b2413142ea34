import "should";
import { join } from "node:path";
import { Readable } from "node:stream";
import { finished } from "node:stream/promises";
import { ReadableStream } from "node:stream/web";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { useStore } from "../support/world";

const MiB = 1024 * 1024;

// Of the build that the nodes of the flow run, which is not that of the specs.
const { S3Error } = require(join(__dirname, "..", "..", "..", "nodes", "core", "error.js"));

describe("write of a stream", () => {
  const world = useStore();
  const write = (payload: object, config: Record<string, unknown> = {}) =>
    once("write", config, payload, { server: world.s3 });

  beforeEach(async () => {
    await world.s3.put("bucket", "object", "old");
    world.s3.clear();
  });

  const untouched = async () => {
    must((await world.s3.get("bucket", "object"))?.body.toString()).should.equal("old");
    (await world.s3.uploads("bucket")).should.have.length(0);
  };

  const text = () => Readable.from(["a", "b"]);
  const web = () =>
    new ReadableStream({
      start(controller) {
        controller.enqueue("a");
        controller.close();
      },
    });
  const spent: [string, () => Promise<unknown>][] = [
    [
      "was read to its end",
      async () => {
        const stream = text();
        await finished(stream.resume());
        return stream;
      },
    ],
    ["was destroyed", async () => text().destroy()],
    [
      "failed",
      async () => {
        const stream = text();
        stream.on("error", () => {});
        return stream.destroy(new Error("x"));
      },
    ],
    [
      "is locked",
      async () => {
        const stream = web();
        stream.getReader();
        return stream;
      },
    ],
    [
      "was read and let go",
      async () => {
        const stream = web();
        const reader = stream.getReader();
        while (!(await reader.read()).done);
        reader.releaseLock();
        return stream;
      },
    ],
  ];
  for (const [what, make] of spent) {
    it(`that ${what} is refused before anything is sent`, async () => {
      const data = await make();
      const error = failure(await write({ path: "object", data, overwrite: true }), "InvalidParameter");
      error.message.should.match(/^data is a stream that was read already; /);
      world.s3.requests.should.have.length(0);
      await untouched();
    });
  }

  it("takes a web stream that nobody has read", async () => {
    onlyMessage(await write({ path: "web", data: web() }));
    must((await world.s3.get("bucket", "web"))?.body.toString()).should.equal("a");
  });

  it("gives its bytes to one object only", async () => {
    const data = text();
    const entries = ["one", "two"].map((path) => ({ path, data }));
    const { result } = failure(await write({ path: "shared/", data: entries }), "PartialFailure");
    result
      .map(({ code }: { code?: string }) => code ?? "")
      .sort()
      .should.eql(["", "InvalidParameter"]);
    (await world.s3.keys("bucket", "shared/")).should.have.length(1);
  });

  for (const size of [1, 30 * MiB]) {
    const failing = (error: Error | undefined) => {
      const stream = new Readable({ read() {} });
      for (let at = 0; at < size; at += MiB) stream.push(Buffer.alloc(Math.min(size, MiB)));
      // Once somebody reads it, however long that takes.
      stream.on("newListener", (event) => {
        if (event === "data" || event === "readable") setTimeout(() => stream.destroy(error), 100);
      });
      return stream;
    };
    const broken: [string, Error | undefined, RegExp][] = [
      ["with an error", new Error("the disk is gone"), /the disk is gone/],
      ["with a system's error", Object.assign(new Error("EIO: i/o error"), { code: "EIO" }), /EIO: i\/o error/],
      ["without a word", undefined, /Premature close/],
    ];
    for (const [how, error, words] of broken) {
      it(`that breaks off ${how} after ${size} bytes names data, and writes nothing`, async () => {
        const outcome = await write({ path: "object", data: failing(error), overwrite: true });
        failure(outcome, "InvalidParameter")
          .message.should.match(/^data is a stream that broke off: /)
          .and.match(words);
        await untouched();
      });
    }

    it(`that breaks off with an error of S3's after ${size} bytes keeps its code`, async () => {
      const data = failing(new S3Error("SlowDown", "read x: wait", { path: "x" }));
      failure(await write({ path: "object", data, overwrite: true }), "SlowDown");
      await untouched();
    });
  }

  it("refuses a Blob, whose bytes are not there yet", async () => {
    const error = failure(await write({ path: "object", data: new Blob(["a"]), overwrite: true }), "InvalidParameter");
    error.message.should.match(/Blob/).and.match(/arrayBuffer\(\)/);
    world.s3.requests.should.have.length(0);
  });
});
