import "should";
import { Socket } from "node:net";
import { openCore } from "../support/context";
import { useFreshServer } from "../support/server";

describe("a machine that has no more sockets", () => {
  const world = useFreshServer();
  const { connect } = Socket.prototype;
  let left: number;
  let code: string;
  beforeEach(() => {
    world.s3.put("bucket", "a", "A");
    Socket.prototype.connect = function (this: Socket, ...args: never[]) {
      if (left <= 0) return connect.apply(this, args as never);
      left--;
      // As Node.js does: not before somebody can listen.
      process.nextTick(() => this.destroy(Object.assign(new Error(`connect ${code}`), { code, syscall: "connect" })));
      return this;
    } as never;
  });
  afterEach(() => {
    Socket.prototype.connect = connect;
  });

  for (const one of ["EMFILE", "EADDRNOTAVAIL", "ENOBUFS"]) {
    it(`for a moment (${one}) fails no message`, async () => {
      [left, code] = [2, one];
      const core = openCore(world.s3);
      (await core.run("read", { path: "a" })).result.should.equal("A");
      left.should.equal(0);
      await core.close();
    });

    it(`for longer (${one}) says so, and that it is not the store's fault`, async () => {
      [left, code] = [1000, one];
      const core = openCore(world.s3);
      const error = await core.failure("read", { path: "a" });
      error.should.match({ code: one, retryable: true });
      error.message.should.match(/this machine has no/);
      (1000 - left).should.equal(3);
      await core.close();
    });
  }
});
