import "should";
import { deploy } from "../support/bench";
import { useServer } from "../support/server";

describe("smoke", () => {
  const world = useServer();
  it("all", async () => {
    const server = world.s3;
    const go = async (verb: string, payload: unknown, config = {}) => {
      const bench = await deploy(verb, config, { server });
      const out = await bench.send({ payload });
      console.log(
        verb,
        JSON.stringify(out.messages.map(({ payload, s3, parts }) => ({ payload, s3, parts }))),
        out.completed,
        out.dones,
        out.caught?.error?.message,
        JSON.stringify(out.caught?.error?.cause),
        JSON.stringify(bench.statuses.map((s) => [s.fill, s.text])),
      );
      await bench.close();
    };
    await go("write", { path: "hello.txt", data: "Hello" });
    await go("write", { path: "hello.txt", data: "Hello" });
    await go(
      "write",
      { path: "hello.txt", data: "Hello", onConflict: "rename" },
      { onConflict: "rename", onConflictType: "str" },
    );
    await go("read", { path: "hello.txt" });
    await go("read", { path: "nope.txt" });
    await go("read", {});
    await go("read", { path: "hello.txt" }, { format: "lines" });
    await go("exist", { path: "hello.txt" });
    await go("exist", { path: "nope.txt" });
    await go("create", { path: "folder/" });
    await go("create", { path: "folder/" });
    await go("write", {
      path: "folder/",
      data: [
        { path: "a.json", data: { a: 1 } },
        { path: "b.bin", data: Buffer.from([1, 2]) },
      ],
    });
    await go("list", { recurse: true }, { entries: "all", entriesType: "str" });
    await go("list", { path: "folder" }, { emit: "each" });
    await go("purge", { path: "folder" });
    await go("purge", { path: "folder", force: true });
    await go("delete", { path: ["hello.txt", "x"] });
    await go("delete", { path: "hello (1).txt" });
    await go("write", { path: "big.bin", data: Buffer.alloc(40_000_000, 7), overwrite: true });
    await go("read", { path: "big.bin" }, { format: "chunks", chunkSize: 30_000_000 });
  });
});
