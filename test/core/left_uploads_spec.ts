import "should";
import { setTimeout as pause } from "node:timers/promises";
import { startS3Server } from "../../dev/s3-server";
import { openCore } from "../support/context";

const MiB = 1024 * 1024;

describe("an upload that could not be aborted", () => {
  const outage = async () => {
    const server = await startS3Server();
    server.createBucket("bucket");
    const core = openCore(server, { maxAttempts: 2, timeout: 5 });
    const { health } = core.connection;
    const until = async (isSo: () => boolean): Promise<void> => {
      for (let turn = 0; turn < 1000 && !isSo(); turn++) await pause(10);
    };
    try {
      const unhook = server.hook(({ operation }) =>
        operation === "CreateMultipartUpload" ? undefined : { drop: true, handle: false },
      );
      const write = { path: "large", data: Buffer.alloc(20 * MiB), overwrite: true };
      await core.failure("write", write);
      server.uploads("bucket").should.have.length(1);
      for (let turn = 0; turn < 20 && health.condition.state !== "offline"; turn++) {
        await core.failure("read", { path: `a${turn}` });
        await pause(200);
      }
      health.condition.state.should.equal("offline");
      unhook();
      return { server, core, until };
    } catch (error) {
      await core.close();
      await server.close();
      throw error;
    }
  };

  it("is aborted when the store is there again", async () => {
    const { server, core, until } = await outage();
    try {
      await core.run("exist", { path: "a" });
      await until(() => server.uploads("bucket").length === 0);
      server.uploads("bucket").should.have.length(0);
    } finally {
      await core.close();
      await server.close();
    }
  });

  it("is left alone when the connection is closed before", async () => {
    const { server, core } = await outage();
    try {
      await core.close();
      const { length } = server.requests;
      await pause(1500);
      server.requests.should.have.length(length);
    } finally {
      await server.close();
    }
  });

  it("is given up when the store refuses to abort it", async () => {
    const { server, core, until } = await outage();
    const aborts = () => server.requests.filter(({ operation }) => operation === "AbortMultipartUpload").length;
    try {
      server.hook({ operation: "AbortMultipartUpload", error: "AccessDenied" });
      const before = aborts();
      await core.run("exist", { path: "a" });
      await until(() => aborts() > before);
      aborts().should.equal(before + 1);
    } finally {
      await core.close();
      await server.close();
    }
  });
});
