import { deleteBody } from "../../src/core/delete-request";
import { type Ended, removeMany, type Trouble, type Victim } from "../../src/core/remove";
import { openCore } from "../support/context";
import { useFreshServer } from "../support/server";

const odd = [
  "a&b",
  "<a>",
  '"',
  "'",
  "a\rb",
  "a\nb",
  "a\r\nb",
  "a\tb",
  "\u0085",
  "\u2028",
  "]]>",
  "é漢😀",
  " a ",
  "&amp;",
  "&#13;",
];

describe("request of a DeleteObjects", () => {
  const world = useFreshServer();

  type Told = [string, Trouble?];

  const remove = async (victims: readonly Victim[], settings: object = {}): Promise<Told[]> => {
    const core = openCore(world.s3, { maxAttempts: 1, ...settings });
    const told: Told[] = [];
    const ended: Ended<Victim> = ({ key }, trouble) => void told.push(trouble ? [key, trouble] : [key]);
    try {
      await removeMany(core.context, victims, ended, { throttled() {}, lasts: () => false });
    } finally {
      await core.close();
    }
    return told;
  };
  const removeKeys = async (keys: readonly string[]): Promise<string[]> =>
    (await remove(keys.map((key) => ({ key })))).map(([key]) => key);

  it("names each key as it is", async () => {
    world.s3.seed("bucket", [...odd, "a", "amp"]);
    (await remove(odd.map((key) => ({ key })))).should.eql(odd.map((key) => [key]));
    world.s3.keys("bucket").should.eql(["a", "amp"]);
    world.s3.requests.map(({ operation }) => operation).should.eql(["DeleteObjects"]);
  });

  it("is the one that S3 describes", () => {
    const victims = [{ key: "a&b" }, { key: "c", versionId: "v<1" }];
    deleteBody(victims)
      .bytes.toString()
      .should.equal(
        '<?xml version="1.0" encoding="UTF-8"?><Delete xmlns="http://s3.amazonaws.com/doc/2006-03-01/">' +
          "<Object><Key>a&#38;b</Key></Object><Object><Key>c</Key><VersionId>v&#60;1</VersionId></Object>" +
          "<Quiet>false</Quiet></Delete>",
      );
  });

  for (const [what, turn] of [
    ["backwards", (entries: string[]) => [...entries].reverse()],
    ["from the middle on", (entries: string[]) => [...entries.slice(5), ...entries.slice(0, 5)]],
    ["with one twice", (entries: string[]) => [...entries, entries[3] as string]],
    ["with one that nobody asked for", (entries: string[]) => ["<Deleted><Key>other</Key></Deleted>", ...entries]],
  ] as const) {
    it(`may be reported ${what}, and each key ends once`, async () => {
      const keys = Array.from({ length: 10 }, (_, at) => `k${at}`);
      world.s3.seed("bucket", keys);
      world.s3.hook(({ operation }) =>
        operation === "DeleteObjects"
          ? {
              body: (sent: Buffer) => {
                const entries = sent.toString().match(/<Deleted>.*?<\/Deleted>/gs) ?? [];
                return sent.toString().replace(entries.join(""), turn(entries).join(""));
              },
            }
          : undefined,
      );
      (await removeKeys(keys)).sort().should.eql(keys);
      world.s3.requests.length.should.equal(1);
    });
  }

  it("is sent with a checksum, whatever the connection is told of checksums", async () => {
    for (const checksums of ["always", "required", "auto"]) {
      world.s3.seed("bucket", ["a", "b"]);
      world.s3.clear();
      (await remove([{ key: "a" }, { key: "b" }], { checksums })).should.eql([["a"], ["b"]]);
      const [{ headers }] = world.s3.requests as [(typeof world.s3.requests)[number]];
      String(headers["x-amz-checksum-crc32"]).should.match(/^[\w+/]{6}==$/);
    }
  });

  it("is reported as failed where a key is reported twice, however it is asked for", async () => {
    world.s3.seed("bucket", ["a"]);
    const report =
      "<DeleteResult><Deleted><Key>a</Key></Deleted>" +
      "<Error><Key>a</Key><Code>AccessDenied</Code></Error></DeleteResult>";
    world.s3.hook(({ operation }) => (operation === "DeleteObjects" ? { body: report } : undefined));
    const told = await remove([{ key: "a" }, { key: "a" }]);
    told.map(([key, trouble]) => [key, trouble?.code]).should.eql([["a", "AccessDenied"]]);
  });

  describe("breaks off, and tells how many keys may be gone", () => {
    const doubted = async (
      victims: readonly string[],
      act?: (stop: AbortController) => void,
    ): Promise<[ended: number, doubted: number]> => {
      const core = openCore(world.s3, { maxAttempts: 1 });
      const stop = new AbortController();
      let [ended, count] = [0, 0];
      const context = { ...core.context, signal: stop.signal };
      const pace = {
        throttled() {},
        lasts: () => false,
        doubted(more: number) {
          count += more;
        },
      };
      act?.(stop);
      await removeMany(
        context,
        victims.map((key) => ({ key })),
        () => void ended++,
        pace,
      ).should.be.rejected();
      await core.close();
      return [ended, count];
    };

    it("where those that a report leaves out are not answered for", async () => {
      world.s3.seed("bucket", ["a", "b", "c"]);
      world.s3.hook(({ operation }) =>
        operation === "DeleteObjects"
          ? { handle: false, status: 200, body: "<DeleteResult><Deleted><Key>a</Key></Deleted></DeleteResult>" }
          : { drop: true },
      );
      (await doubted(["a", "b", "c"])).should.eql([1, 2]);
    });

    it("where it is aborted while they are under way", async () => {
      world.s3.seed("bucket", ["a", "b", "c"]);
      const act = (stop: AbortController): void => {
        world.s3.hook(({ operation }) => {
          if (operation === "DeleteObjects") setTimeout(() => stop.abort(new Error("enough")), 50);
          return { delayAfter: 500 };
        });
      };
      (await doubted(["a", "b", "c"], act)).should.eql([0, 3]);
    });

    it("which are none where the store was not reached, or it was over before", async () => {
      const [ended, count] = await doubted(["a", "b"], (stop) => stop.abort(new Error("enough")));
      [ended, count].should.eql([0, 0]);
      await world.s3.close();
      (await doubted(["a", "b"])).should.eql([0, 0]);
      (await doubted(["a\u0001"])).should.eql([0, 0]);
    });
  });

  it("may be reported without some, which are asked for alone", async () => {
    const keys = ["a", "b", "c", "d"];
    world.s3.seed("bucket", keys);
    world.s3.hook(({ operation }) =>
      operation === "DeleteObjects"
        ? { body: (sent: Buffer) => sent.toString().replace("<Deleted><Key>b</Key></Deleted>", "") }
        : undefined,
    );
    (await removeKeys(keys)).sort().should.eql(keys);
    world.s3.requests
      .map(({ operation, key }) => [operation, key])
      .should.eql([
        ["DeleteObjects", undefined],
        ["DeleteObject", "b"],
      ]);
  });
});
