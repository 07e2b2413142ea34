import "should";
import { connectionSettings } from "../../src/core/connection-settings";
import { tryConnection } from "../../src/core/trial/try-connection";
import { openCore } from "../support/context";
import { useFreshServer } from "../support/server";

describe("a timeout as it may be typed in", () => {
  const world = useFreshServer();
  let warnings: string[];
  const onWarning = ({ name, message }: Error): void => {
    if (name === "TimeoutOverflowWarning") warnings.push(message);
  };
  beforeEach(() => {
    warnings = [];
    process.on("warning", onWarning);
  });
  afterEach(() => process.off("warning", onWarning));
  /** Warnings come in a turn of their own. */
  const seen = async (): Promise<string[]> => {
    await new Promise((resolve) => setImmediate(resolve));
    return warnings;
  };

  for (const timeout of [2_147_483, 3_000_000, 1e9, Number.MAX_VALUE, 60.0001]) {
    describe(`of ${timeout} s`, () => {
      it("is no timer that Node.js does not have", async () => {
        const core = openCore(world.s3, { timeout });
        await core.run("write", { path: "a", data: "x", overwrite: true });
        await core.close();
        (await seen()).should.eql([]);
      });

      it("leaves no upload open that fails", async () => {
        const core = openCore(world.s3, { timeout, maxAttempts: 1 });
        world.s3.hook({ operation: "UploadPart", error: "AccessDenied" });
        const data = Buffer.alloc(17 * 1024 * 1024);
        const { code } = await core.failure("write", { path: "a", data, overwrite: true });
        code.should.equal("AccessDenied");
        world.s3.uploads("bucket").should.eql([]);
        await core.close();
        (await seen()).should.eql([]);
      });
    });
  }

  for (const timeout of [0.0004, 2.0001]) {
    it(`of ${timeout} s is one that the connection can be tried with`, async () => {
      const { endpoint, accessKey, secretKey, region } = world.s3;
      const settings = connectionSettings({ endpoint, accessKey, secretKey, region, bucket: "bucket", timeout });
      const findings = await tryConnection(settings, { probe: false }, new AbortController().signal);
      // Nobody answers within so little, but that is told, too.
      findings.map(({ step }) => step).should.containEql("keys");
    });
  }
});
