import "should";
import { randomBytes } from "node:crypto";
import { openCore } from "../support/context";
import { must } from "../support/must";
import { failure, once, onlyMessage } from "../support/once";
import { needsFaults, onlyEmbedded } from "../support/only-embedded";
import { useServer } from "../support/server";

const MiB = 1024 * 1024;

onlyEmbedded(needsFaults, () => {
  describe("read in a bad network", () => {
    const world = useServer();
    const read = (path: string, config = {}, connection = {}) =>
      once("read", { format: "buffer", ...config }, { path }, { server: world.s3, connection });
    const gets = () => world.s3.requests.filter(({ operation }) => operation === "GetObject");

    beforeEach(() => {
      world.s3.hooks.length = 0;
      world.s3.clear();
    });

    it("goes on where it was cut off, if the object is the same", async () => {
      const content = randomBytes(3 * MiB);
      const { etag } = world.s3.put("bucket", "cut", content);
      world.s3.hook({ operation: "GetObject", times: 3, cut: 700_000 });
      const msg = onlyMessage(await read("cut"));
      content.equals(msg.payload).should.be.true();
      const [first, ...resumed] = gets();
      (first?.headers.range === undefined).should.be.true();
      resumed.should.have.length(3);
      for (const { headers } of resumed) {
        String(headers["if-match"]).replaceAll('"', "").should.equal(etag.replaceAll('"', ""));
        String(headers.range).should.match(/^bytes=[1-9]\d*-3145727$/);
      }
      msg.s3.size.should.equal(3 * MiB);
    });

    it("does not mix two objects when it is replaced meanwhile", async () => {
      world.s3.put("bucket", "changing", Buffer.alloc(MiB, "a"));
      world.s3.hook({ operation: "GetObject", times: 1, cut: 400_000 });
      world.s3.hook(({ operation, headers }) => {
        if (operation === "GetObject" && headers.range) world.s3.put("bucket", "changing", Buffer.alloc(MiB, "b"));
        return undefined;
      });
      const outcome = await read("changing");
      failure(outcome, "PreconditionFailed").message.should.match(/changed/);
      outcome.messages.should.have.length(0);
    });

    it("gives up when the store cuts it off again and again without a byte", async () => {
      world.s3.put("bucket", "cut", "0123456789");
      world.s3.hook({ operation: "GetObject", cut: 0 });
      const error = failure(await read("cut", {}, { maxAttempts: 2 }), "InvalidResponse");
      error.message.should.match(/cut off after 0 of 10 bytes/);
      error.retryable.should.be.true();
      gets().should.have.length(2);
    });

    it("gives up when the store cuts every answer after a few bytes, and lets it rest between", async () => {
      world.s3.put("bucket", "cut", Buffer.alloc(1000));
      world.s3.hook({ operation: "GetObject", cut: 5 });
      const error = failure(await read("cut", {}, { maxAttempts: 4 }), "InvalidResponse");
      error.message.should.match(/cut off after 20 of 1000 bytes/);
      gets().should.have.length(4);
      const [first, , , last] = gets().map(({ at }) => at);
      (Number(last) - Number(first)).should.be.above(20);
    });

    it("gets through where every answer brings a good piece before it is cut off", async () => {
      const content = randomBytes(MiB);
      world.s3.put("bucket", "cut", content);
      world.s3.hook({ operation: "GetObject", cut: 200_000 });
      const msg = onlyMessage(await read("cut", {}, { maxAttempts: 2 }));
      content.equals(msg.payload).should.be.true();
      gets().should.have.length(6);
    });

    it("refuses a body of unknown length that is cut off", async () => {
      world.s3.put("bucket", "cut", Buffer.alloc(1000));
      world.s3.hook({ operation: "GetObject", cut: 5, headers: { "content-length": undefined } });
      const error = failure(await read("cut"), "InvalidResponse");
      error.message.should.match(/cut off after 5 bytes/);
    });

    it("stops at once when the node closes while it waits to go on", async () => {
      world.s3.put("bucket", "cut", Buffer.alloc(1000));
      world.s3.hook({ operation: "GetObject", cut: 0 });
      const core = openCore(world.s3, { maxAttempts: 30 });
      const failed = core.failure("read", { path: "cut" });
      while (gets().length < 3) await new Promise((resolve) => setTimeout(resolve, 5));
      const start = Date.now();
      await core.close();
      (await failed).code.should.equal("Aborted");
      (Date.now() - start).should.be.below(1000);
    });

    for (const body of ["0123456789", "012345"]) {
      it(`refuses ${body} from a store that cannot go on in the middle`, async () => {
        world.s3.put("bucket", "norange", "0123456789");
        world.s3.hook({ operation: "GetObject", times: 1, cut: 4 });
        world.s3.hook({
          operation: "GetObject",
          skip: 1,
          status: 200,
          body,
          headers: { "content-range": undefined },
        });
        const outcome = await read("norange");
        failure(outcome, "InvalidResponse");
        outcome.messages.should.have.length(0);
      });
    }

    it("refuses fewer bytes than were announced", async () => {
      world.s3.put("bucket", "short", "0123456789");
      world.s3.hook({ operation: "GetObject", times: 1, headers: { "content-length": "20" }, cut: 10 });
      const outcome = await read("short", {}, { maxAttempts: 2 });
      outcome.error.code.should.match(/^(InvalidRange|InvalidResponse)$/);
      outcome.messages.should.have.length(0);
    });

    for (const checksum of ["CRC32", "CRC32C", "SHA1", "SHA256"] as const) {
      it(`finds a changed byte by ${checksum}`, async () => {
        world.s3.put("bucket", "summed", Buffer.alloc(MiB, "x"), { checksum });
        onlyMessage(await read("summed", {}, { checksums: "always" })).payload.should.have.length(MiB);
        world.s3.hook({
          operation: "GetObject",
          body(body) {
            const changed = Buffer.from(body);
            changed[MiB / 2] = 0x79;
            return changed;
          },
        });
        const outcome = await read("summed", {}, { checksums: "always" });
        failure(outcome, "InvalidResponse").message.should.containEql(checksum);
        outcome.messages.should.have.length(0);
      });
    }

    it("checks all of a body that came in two pieces", async () => {
      const content = randomBytes(MiB);
      world.s3.put("bucket", "pieces", content, { checksum: "SHA256" });
      world.s3.hook({ operation: "GetObject", times: 1, cut: 400_000 });
      content.equals(onlyMessage(await read("pieces", {}, { checksums: "always" })).payload).should.be.true();
      gets().should.have.length(2);
      world.s3.hooks.length = 0;
      world.s3.hook({ operation: "GetObject", times: 1, cut: 400_000, body: (body) => body.fill(0, 0, 10) });
      failure(await read("pieces", {}, { checksums: "always" }), "InvalidResponse");
    });

    it("does not take a login page for the object", async () => {
      world.s3.put("bucket", "real", "the object");
      const page = { operation: "GetObject", body: "<html>Log in</html>", headers: { etag: undefined } };
      world.s3.hook({ ...page, times: 1 });
      onlyMessage(await read("real"))
        .payload.toString()
        .should.equal("the object");
      world.s3.hook(page);
      failure(await read("real", {}, { maxAttempts: 2 }), "InvalidResponse");
    });

    describe("without a byte for the timeout", () => {
      it("fails with Timeout before the answer", async () => {
        world.s3.put("bucket", "stall", "0123456789");
        world.s3.hook({ operation: "GetObject", stall: true });
        const error = failure(await read("stall", {}, { timeout: 0.3, maxAttempts: 2 }), "Timeout");
        error.retryable.should.be.true();
        gets().should.have.length(2);
      });

      it("goes on in the middle of a body", async () => {
        world.s3.put("bucket", "stall", "0123456789");
        world.s3.hook({ operation: "GetObject", times: 1, stallAfter: 4 });
        onlyMessage(await read("stall", {}, { timeout: 0.3 }))
          .payload.toString()
          .should.equal("0123456789");
        must(gets()[1]?.headers).should.have.property("range", "bytes=4-9");
      });

      it("fails with Timeout when every attempt stalls in the middle", async () => {
        world.s3.put("bucket", "stall", "0123456789");
        world.s3.hook({ operation: "GetObject", stallAfter: 0 });
        failure(await read("stall", {}, { timeout: 0.3, maxAttempts: 2 }), "Timeout");
      });

      it("lets a slow transfer go on that does not stand still", async () => {
        world.s3.put("bucket", "slow", Buffer.alloc(400, "x"));
        world.s3.hook({ operation: "GetObject", rate: 400 });
        onlyMessage(await read("slow", {}, { timeout: 0.4 })).payload.should.have.length(400);
        gets().should.have.length(1);
      });
    });
  });
});
