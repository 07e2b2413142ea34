import "should";
import { lookAtEach } from "../../src/core/look-at-each";
import { type Core, openCore } from "../support/context";
import { useServer } from "../support/server";

describe("looking at each of many", () => {
  const world = useServer();
  let core: Core;
  before(() => {
    core = openCore(world.s3);
  });
  after(() => core.close());

  it("does not wait for a store that throttles once something else has failed", async () => {
    const throttled = Object.assign(new Error("slow down"), { name: "SlowDown", $metadata: { httpStatusCode: 503 } });
    const look = lookAtEach<string>(core.context, undefined);
    await look(["first"], async () => {});
    let asked = 0;
    await look(["throttled", "broken"], async (item) => {
      asked++;
      if (item === "throttled") throw throttled;
      throw new Error("broken");
    }).should.be.rejectedWith("broken");
    asked.should.be.within(2, 3);
  });
});
