import "should";
import { util } from "node-red";
import { type Sending, sendReply } from "../../src/node-red/reply";

describe("a sequence of messages that is aborted", () => {
  /** Sends so many, and aborts with the one of that number. */
  const send = async (count: number, abortAt: number): Promise<{ sent: number; error?: Error }> => {
    const stop = new AbortController();
    let sent = 0;
    const sending = {
      RED: { util },
      node: {},
      output: { property: "payload", type: "msg" },
      identity: { operation: "list", bucket: "bucket", path: "/" },
      signal: stop.signal,
      abort() {},
      send() {
        if (++sent === abortAt) stop.abort(new Error("deployed"));
      },
    } as unknown as Sending;
    async function* items() {
      yield* Array.from({ length: count }).keys();
    }
    const reply = { items: items(), about: {}, parts: { type: "array", len: 1 } } as const;
    return sendReply(sending, { _msgid: "one" }, reply).then(
      () => ({ sent }),
      (error: Error) => ({ sent, error }),
    );
  };

  it("ends with it, soon", async () => {
    const { sent, error } = await send(1000, 5);
    sent.should.be.within(5, 32);
    (error as Error).message.should.equal("deployed");
  });

  it("is done when the last one is out", async () => {
    (await send(32, 32)).should.eql({ sent: 32 });
    (await send(64, 64)).should.eql({ sent: 64 });
  });
});
