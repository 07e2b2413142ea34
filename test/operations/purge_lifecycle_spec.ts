import {
  GetBucketLifecycleConfigurationCommand,
  type LifecycleRule,
  PutBucketLifecycleConfigurationCommand,
} from "@aws-sdk/client-s3";
import should from "should";
import { ruleId } from "../../src/core/purge-rules";
import { deploy } from "../support/bench";
import { type Core, openCore } from "../support/context";
import { must } from "../support/must";
import { failure, onlyMessage } from "../support/once";
import { needsFaults, needsUsers, onlyEmbedded } from "../support/only-embedded";
import { useStore } from "../support/world";

onlyEmbedded(needsFaults, () => {
  describe("purge by lifecycle rules", () => {
    const world = useStore({
      embedded: {
        users: [{ accessKey: "blind", secretKey: "secret", deny: [{ action: "s3:GetLifecycleConfiguration" }] }],
      },
    });
    let core: Core;
    let bucket: string;
    let count = 0;
    const signal = new AbortController().signal;
    const Bucket = () => core.context.bucket;
    const there = async () => {
      const command = new GetBucketLifecycleConfigurationCommand({ Bucket: Bucket() });
      const answer = await core.connection.send(command, signal).catch(() => undefined);
      return answer?.Rules ?? [];
    };
    const set = (Rules: LifecycleRule[], more: object = {}) =>
      core.connection.send(
        new PutBucketLifecycleConfigurationCommand({ Bucket: Bucket(), LifecycleConfiguration: { Rules }, ...more }),
        signal,
      );
    const run = async (values: object = {}) =>
      (await core.run("purge", { path: "logs", mode: "lifecycle", force: true, ...values })).result;
    const sent = (operation: RegExp) => world.s3.requests.filter((request) => operation.test(request.operation));
    const others: LifecycleRule[] = [
      { ID: "aaa", Status: "Disabled", Filter: { Prefix: "logs/" }, Expiration: { Days: 7 } },
      {
        ID: "mine, <&>",
        Status: "Enabled",
        Filter: { And: { Prefix: "x/", Tags: [{ Key: "k", Value: "v&" }], ObjectSizeGreaterThan: 5 } },
        Transitions: [{ Days: 40, StorageClass: "STANDARD_IA" }],
        NoncurrentVersionTransitions: [{ NoncurrentDays: 50, StorageClass: "GLACIER", NewerNoncurrentVersions: 2 }],
        NoncurrentVersionExpiration: { NoncurrentDays: 90, NewerNoncurrentVersions: 3 },
      },
      { ID: "old way", Status: "Enabled", Prefix: "y/", Expiration: { Date: new Date("2030-01-01T00:00:00Z") } },
      {
        ID: "all",
        Status: "Enabled",
        Filter: { Prefix: "" },
        AbortIncompleteMultipartUpload: { DaysAfterInitiation: 3 },
      },
      { ID: "tagged", Status: "Enabled", Filter: { Tag: { Key: "a", Value: "" } }, Expiration: { Days: 1 } },
    ];
    beforeEach(async () => {
      bucket = `rules-${++count}`;
      await world.s3.createBucket(bucket);
      core = openCore(world.s3, { bucket });
      world.s3.clear();
    });
    afterEach(() => core.close());

    for (const checksums of ["always", "required"]) {
      it(`writes with a checksum, where the connection asks for them: ${checksums}`, async () => {
        await core.close();
        core = openCore(world.s3, { bucket, checksums });
        await run();
        const [{ headers }] = world.embedded.requests.filter(({ operation }) =>
          operation.startsWith("PutBucketLifecycle"),
        ) as [(typeof world.embedded.requests)[number]];
        String(headers["x-amz-checksum-crc32"]).should.match(/^[\w+/]{6}==$/);
      });
    }

    it("says without force what would be written, and writes nothing", async () => {
      const rule = {
        ID: ruleId("logs/"),
        Status: "Enabled",
        Filter: { Prefix: "logs/" },
        Expiration: { Days: 1 },
      };
      const result = await run({ force: false });
      result.should.eql({ path: "logs", dryRun: true, mode: "lifecycle", changed: true, rules: [rule], before: [] });
      world.s3.requests.map(({ operation }) => operation).should.eql(["GetBucketLifecycleConfiguration"]);
    });

    it("writes a rule for the folder, deletes nothing and lists nothing", async () => {
      await world.s3.put(bucket, "logs/a", "x");
      const result = await run();
      result.should.containEql({ dryRun: false, changed: true, before: [] });
      (await there()).should.eql(result.rules);
      must(result.rules[0].ID).should.match(/^node-red:purge:[0-9a-f]{16}$/);
      sent(/^List|^Delete/).length.should.equal(0);
      (await world.s3.keys(bucket)).should.eql(["logs/a"]);
    });

    it("leaves all other rules as they are, and the default of transitions", async () => {
      await set(others, { TransitionDefaultMinimumObjectSize: "varies_by_storage_class" });
      const before = await there();
      before.length.should.equal(others.length);
      await run();
      const after = await there();
      after.filter(({ ID }) => ID !== ruleId("logs/")).should.eql(before);
      after.length.should.equal(others.length + 1);
      const put = must(sent(/^PutBucketLifecycle/).at(-1));
      must(put.headers["x-amz-transition-default-minimum-object-size"]).should.equal("varies_by_storage_class");
      const removed = await run({ mode: "lifecycle-remove" });
      removed.should.containEql({ changed: true, rules: [] });
      removed.before.length.should.equal(1);
      (await there()).should.eql(before);
    });

    it("replaces its own rule, keeps those of other folders, and writes nothing that is there already", async () => {
      await run();
      await run({ path: "other" });
      const result = await run({ modifiedBefore: "90d" });
      result.before[0].Expiration.should.eql({ Days: 1 });
      (await there())
        .map(({ ID, Expiration }) => [ID, Expiration?.Days])
        .should.eql([
          [ruleId("other/"), 1],
          [ruleId("logs/"), 90],
        ]);
      world.s3.clear();
      (await run({ path: "logs/", modifiedBefore: "90d" })).should.containEql({ changed: false });
      sent(/^Put/).length.should.equal(0);
    });

    it("removes the last rule with the configuration, and nothing where there is none", async () => {
      await run();
      const dry = await run({ mode: "lifecycle-remove", force: false });
      dry.should.containEql({ dryRun: true, changed: true, rules: [] });
      (await there()).length.should.equal(1);
      await run({ mode: "lifecycle-remove", filter: "*.tmp", maxDelete: 1, keepVersions: 2 });
      (await there()).should.eql([]);
      world.s3.clear();
      (await run({ mode: "lifecycle-remove" })).should.containEql({ changed: false, before: [] });
      world.s3.requests.map(({ operation }) => operation).should.eql(["GetBucketLifecycleConfiguration"]);
    });

    const filters: [string, object, object][] = [
      ["a minimum", { minSize: "1 kB" }, { And: { Prefix: "logs/", ObjectSizeGreaterThan: 999 } }],
      ["a minimum of 0", { minSize: 0 }, { Prefix: "logs/" }],
      [
        "both",
        { minSize: 10, maxSize: 20 },
        { And: { Prefix: "logs/", ObjectSizeGreaterThan: 9, ObjectSizeLessThan: 21 } },
      ],
      ["the bucket", { path: "/", wholeBucket: true }, { Prefix: "" }],
      ["the bucket and a maximum", { path: "/", wholeBucket: true, maxSize: 0 }, { ObjectSizeLessThan: 1 }],
      [
        "the bucket and both",
        { path: "/", wholeBucket: true, minSize: 1, maxSize: 2 },
        { And: { ObjectSizeGreaterThan: 0, ObjectSizeLessThan: 3 } },
      ],
    ];
    for (const [what, values, Filter] of filters) {
      it(`tells the store of ${what}`, async () => {
        const { rules } = await run(values);
        rules[0].Filter.should.eql(Filter);
        (await there()).should.eql(rules);
      });
    }

    for (const [age, days] of [
      ["1d", 1],
      ["2w", 14],
      ["1y", 365],
      ["48h", 2],
    ] as const) {
      it(`takes the age ${age} as ${days} days`, async () => {
        (await run({ modifiedBefore: age, force: false })).rules[0].Expiration.should.eql({ Days: days });
      });
    }

    it("takes old versions and delete markers with versions", async () => {
      const { rules } = await run({ versions: true, modifiedBefore: "30d" });
      rules
        .map(({ ID: _, Filter, ...rule }: LifecycleRule) => [Filter, rule])
        .should.eql([
          [
            { Prefix: "logs/" },
            { Status: "Enabled", Expiration: { Days: 30 }, NoncurrentVersionExpiration: { NoncurrentDays: 30 } },
          ],
          [{ Prefix: "logs/" }, { Status: "Enabled", Expiration: { ExpiredObjectDeleteMarker: true } }],
        ]);
      (await there()).should.eql(rules);
      // Both go again, and a rule without versions has one.
      (await run()).before.length.should.equal(2);
      (await there()).length.should.equal(1);
    });

    it("leaves delete markers where a size is told, which they have not", async () => {
      const { rules } = await run({ versions: true, minSize: 5 });
      rules.length.should.equal(1);
      rules[0].NoncurrentVersionExpiration.should.eql({ NoncurrentDays: 1 });
    });

    it("takes nothing current with keepVersions", async () => {
      const { rules } = await run({ versions: true, keepVersions: 3 });
      rules.length.should.equal(1);
      rules[0].should.not.have.property("Expiration");
      rules[0].NoncurrentVersionExpiration.should.eql({ NoncurrentDays: 1, NewerNoncurrentVersions: 3 });
      (await there()).should.eql(rules);
    });

    const refused: [object, RegExp][] = [
      [{ filter: "*.tmp" }, /^filter "\*\.tmp" cannot be said in a lifecycle rule/],
      [{ filter: ["a", "b"] }, /^filter/],
      [{ regex: "a" }, /^regex/],
      [{ modifiedAfter: "1d" }, /^modifiedAfter/],
      [{ storageClass: "GLACIER" }, /^storageClass/],
      [{ maxDelete: 0 }, /^maxDelete/],
      [{ modifiedBefore: "12h" }, /^modifiedBefore "12h".*whole days/],
      [{ modifiedBefore: "0d" }, /^modifiedBefore/],
      [{ modifiedBefore: "1.5d" }, /^modifiedBefore/],
      [{ modifiedBefore: "2026-01-01" }, /^modifiedBefore/],
      [{ modifiedBefore: 1_767_225_600_000 }, /^modifiedBefore/],
      [{ minSize: 3, maxSize: 2 }, /^minSize/],
      [{ versions: true, keepVersions: 101 }, /^keepVersions/],
      [{ keepVersions: 2 }, /^keepVersions/],
      [{ path: "a\u0001b" }, /^path/],
    ];
    for (const [values, text] of refused) {
      it(`refuses ${JSON.stringify(values)}, and sends nothing`, async () => {
        const told = { path: "logs", mode: "lifecycle", ...values };
        for (const force of [false, true]) {
          const error = await core.failure("purge", { ...told, force });
          error.code.should.equal("InvalidParameter");
          error.message.should.match(text);
        }
        world.s3.requests.length.should.equal(0);
      });
    }

    it("takes an empty filter for none", async () => {
      (await run({ filter: "", storageClass: "", regex: "" })).changed.should.be.true();
    });

    it("refuses the whole bucket unless the node says so", async () => {
      for (const mode of ["lifecycle", "lifecycle-remove"]) {
        const error = await core.failure("purge", { path: "/", mode, force: true });
        error.code.should.equal("WholeBucketRefused");
      }
      world.s3.requests.length.should.equal(0);
    });

    it("stays within the root path", async () => {
      const rooted = openCore(world.s3, { bucket, rootPath: "root" });
      const { result } = await rooted.run("purge", { path: "/", wholeBucket: true, mode: "lifecycle", force: true });
      await rooted.close();
      result.rules[0].Filter.should.eql({ Prefix: "root/" });
      (await there())[0]?.ID?.should.equal(ruleId("root/"));
    });

    describe("writes nothing where the configuration", () => {
      const nothing = async (code: string) => {
        await set(others);
        const before = await there();
        for (const mode of ["lifecycle", "lifecycle-remove"]) {
          const error = await core.failure("purge", { path: "logs", mode, force: true });
          error.code.should.equal(code);
        }
        world.embedded.hooks.length = 0;
        (await there()).should.eql(before);
        sent(/^PutBucketLifecycle|^DeleteBucketLifecycle/).length.should.equal(1);
      };
      const body = (change: (xml: string) => string) =>
        world.embedded.hook({
          operation: "GetBucketLifecycleConfiguration",
          skip: 1,
          body: (bytes) => change(bytes.toString()),
        });

      for (const [what, from, to] of [
        ["a prefix of a line break", "<Prefix>logs/</Prefix>", "<Prefix>\n</Prefix>"],
        ["a prefix with a character in numbers", "<Prefix>logs/</Prefix>", "<Prefix>&#x1F600;logs/</Prefix>"],
        ["an action that comes twice", "<Expiration>", "<Expiration><Days>9</Days></Expiration><Expiration>"],
      ] as const) {
        it(`is not read by the SDK as it was sent: ${what}`, async () => {
          body((xml) => xml.replace(from, to));
          await nothing("InvalidResponse");
        });
      }

      it("has an element that the node does not know", async () => {
        body((xml) => xml.replace("<Status>", "<DelMarkerExpiration><Days>3</Days></DelMarkerExpiration><Status>"));
        await nothing("NotImplemented");
      });

      it("does not come whole", async () => {
        body((xml) => xml.slice(0, xml.length / 2));
        await nothing("InvalidResponse");
      });

      it("is a page of a proxy", async () => {
        body(() => "<html><body>Sign in</body></html>");
        await nothing("InvalidResponse");
      });

      it("is empty", async () => {
        body(() => "");
        await nothing("InvalidResponse");
      });

      it("has as many rules as it may have", async () => {
        const many = Array.from({ length: 1000 }, (_, n) => ({
          ID: `${n}`,
          Status: "Enabled" as const,
          Filter: { Prefix: `${n}/` },
          Expiration: { Days: 1 },
        }));
        await set(many);
        const error = await core.failure("purge", { path: "logs", mode: "lifecycle", force: true });
        error.code.should.equal("InvalidRequest");
        error.message.should.match(/1000 rules/);
        (await there()).length.should.equal(1000);
      });
    });

    onlyEmbedded(needsUsers, () => {
      it("writes nothing where it may not be read", async () => {
        await set(others);
        const blind = openCore(world.s3, { bucket, accessKey: "blind", secretKey: "secret" });
        const error = await blind.failure("purge", { path: "logs", mode: "lifecycle", force: true });
        await blind.close();
        error.code.should.equal("AccessDenied");
        (await there()).length.should.equal(others.length);
      });
    });

    it("reads back what it wrote: again where it is not told yet, and fails where it never is", async () => {
      const unhook = world.embedded.hook({
        operation: "GetBucketLifecycleConfiguration",
        skip: 1,
        times: 1,
        error: "NoSuchLifecycleConfiguration",
      });
      (await run()).should.containEql({ changed: true });
      sent(/^GetBucketLifecycle/).length.should.equal(3);
      unhook();
      world.embedded.hook({
        operation: "PutBucketLifecycleConfiguration",
        handle: false,
        error: "Ok",
        status: 200,
        body: "",
      });
      const error = await core.failure("purge", { path: "other", mode: "lifecycle", force: true });
      error.code.should.equal("InvalidResponse");
      error.message.should.match(/was written, but is not what was written/);
    });

    it("changes one after the other, so that none undoes the other", async () => {
      world.embedded.hook({ operation: "GetBucketLifecycleConfiguration", delayAfter: 20 });
      const paths = Array.from({ length: 6 }, (_, n) => `folder${n}`);
      await Promise.all(paths.map((path) => run({ path })));
      (await there())
        .map(({ ID }) => ID)
        .sort()
        .should.eql(paths.map((path) => ruleId(`${path}/`)).sort());
    });

    it("is a missing bucket's error, not an empty configuration", async () => {
      const nowhere = openCore(world.s3, { bucket: "nowhere" });
      const error = await nowhere.failure("purge", { path: "logs", mode: "lifecycle", force: true });
      await nowhere.close();
      error.code.should.equal("NoSuchBucket");
    });

    it("is the node's own setting, and works on messages", async () => {
      const bench = await deploy("purge", { mode: "lifecycle" }, { server: world.s3, bucket });
      const { payload } = onlyMessage(await bench.send({ payload: { path: "logs", force: true, minSize: "1 MB" } }));
      payload.should.containEql({ mode: "lifecycle", changed: true });
      failure(await bench.send({ payload: { path: "logs", force: true, filter: "*" } }), "InvalidParameter");
      await bench.close();
      (await there()).length.should.equal(1);
      const plain = await deploy("purge", {}, { server: world.s3, bucket });
      const done = onlyMessage(await plain.send({ payload: { path: "logs", force: true, mode: "lifecycle" } }));
      done.payload.should.have.property("deleted");
      should(done.payload.rules).be.undefined();
      await plain.close();
    });
  });
});
