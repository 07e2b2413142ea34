import "should";
import { type Bench, deploy } from "../support/bench";
import { must } from "../support/must";
import { onlyMessage } from "../support/once";
import { useFreshServer } from "../support/server";

describe("nodes on a store that ignores If-None-Match", () => {
  const world = useFreshServer();
  let bench: Bench;
  const start = async (verb: string, connection: object = {}, config: Record<string, unknown> = {}) => {
    world.s3.hook({ ignore: ["if-none-match"] });
    bench = await deploy(verb, config, { server: world.s3, connection: { conditionalWrites: "auto", ...connection } });
  };
  const shows = async (text: string) => {
    while (bench.statuses.at(-1)?.text !== text) await new Promise((resolve) => setTimeout(resolve, 5));
    const { at: _, ...shown } = bench.statuses.at(-1) ?? {};
    return shown;
  };
  const warned = () => bench.logged().filter((line) => line.includes("If-None-Match"));
  afterEach(() => bench.close());

  it("say so in msg.s3 and in the status, and no more once they write with overwrite", async () => {
    await start("write");
    const msg = onlyMessage(await bench.send({ payload: { path: "a", data: "x" } }));
    msg.s3.should.containEql({ operation: "write", path: "a", atomic: false });
    msg.payload.should.not.have.property("atomic");
    (await shows("done, not atomic")).should.eql({ fill: "yellow", shape: "ring", text: "done, not atomic" });
    const over = onlyMessage(await bench.send({ payload: { path: "a", data: "x", overwrite: true } }));
    over.s3.should.not.have.property("atomic");
    (await shows("done")).should.eql({ fill: "green", shape: "dot", text: "done" });
  });

  it("say so for create, for many at once, and for a sequence", async () => {
    await start("create");
    onlyMessage(await bench.send({ payload: { path: "f/" } })).s3.should.containEql({ atomic: false });
    await shows("done, not atomic");
    await bench.close();
    await start("write");
    const data = [{ path: "a", data: 1 }];
    onlyMessage(await bench.send({ payload: { path: "many/", data } })).s3.should.containEql({ atomic: false });
    await shows("done, not atomic");
    await bench.close();
    await start("write", {}, { sequence: true });
    const parts = (index: number) => ({ id: "s", index, count: 2 });
    const [, last] = await Promise.all(
      [0, 1].map((index) => bench.send({ payload: { path: "joined", data: `${index}` }, parts: parts(index) })),
    );
    must(last?.messages[0].s3).should.containEql({ atomic: false });
    await shows("done, not atomic");
    must(world.s3.get("bucket", "joined")?.body.toString()).should.equal("01");
  });

  it("do not show it of a large object while nobody knows", async () => {
    await start("write");
    const large = onlyMessage(await bench.send({ payload: { path: "large", data: Buffer.alloc(65_537) } }));
    large.s3.should.containEql({ atomic: false });
    (await shows("done")).should.eql({ fill: "green", shape: "dot", text: "done" });
    onlyMessage(await bench.send({ payload: { path: "small", data: "x" } })).s3.should.containEql({ atomic: false });
    await shows("done, not atomic");
    onlyMessage(await bench.send({ payload: { path: "larger", data: Buffer.alloc(65_537) } }));
    await shows("done, not atomic");
  });

  it("show an error rather than that", async () => {
    await start("write");
    await Promise.all(["a", "a"].map((path) => bench.send({ payload: { path, data: "x" } })));
    await shows("ObjectExists");
  });

  it("warn once, at the connection", async () => {
    await start("write");
    for (const path of ["a", "b"]) await bench.send({ payload: { path, data: "x" } });
    warned().should.have.length(1);
    const entries = bench.log().map(([entry]: { id?: string; level?: number; msg?: unknown }[]) => entry);
    entries
      .filter((entry) => String(entry?.msg).includes("If-None-Match"))
      .map((entry) => [entry?.id, entry?.level])
      .should.eql([["s3", 30]]);
  });

  for (const [flow, connection, requests] of [
    ["a flow of a release without the setting", { conditionalWrites: undefined }, 4],
    ["check", { conditionalWrites: "check" }, 2],
    ["trust", { conditionalWrites: "trust" }, 1],
  ] as const) {
    it(`send ${requests} requests for the first write with ${flow}`, async () => {
      await start("write", connection);
      onlyMessage(await bench.send({ payload: { path: "a", data: "x" } }));
      world.s3.requests.should.have.length(requests);
      warned().should.have.length(requests === 4 ? 1 : 0);
    });
  }

  it("has one winner of 64 writes that two nodes send at once", async () => {
    world.s3.hook({ ignore: ["if-none-match"] });
    const at = { z: "tab", x: 0, y: 0 };
    const second = { id: "second", ...at, type: "amazon-s3-write", connection: "s3", wires: [["out0"]] };
    const connection = { conditionalWrites: "auto" };
    bench = await deploy("write", {}, { server: world.s3, connection, extra: [second] });
    const results: string[] = [];
    bench
      .find("out0")
      .on("input", ({ payload }: { payload: { path: string; etag: string } }) => results.push(payload.etag));
    const ended = new Promise<void>((resolve) => {
      let left = 32;
      const node = bench.find("second");
      const complete = node._complete.bind(node);
      node._complete = (...told: unknown[]) => {
        if (--left === 0) resolve();
        complete(...told);
      };
    });
    const first = Array.from({ length: 32 }, (_, n) => {
      bench.find("second").receive({ payload: { path: "race", data: `second ${n}` } });
      return bench.send({ payload: { path: "race", data: `first ${n}` } });
    });
    await Promise.all([...first, ended]);
    results.should.eql([world.s3.get("bucket", "race")?.etag]);
  });
});
