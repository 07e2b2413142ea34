import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Ask } from "./asks";
import type { Failure, Stage } from "./failures";
import { fullDisk } from "./full-disk";

/** Names that no disk takes, or not together. */
const names = ["names/../up", "names/clash", "names/clash/x", `names/${"n".repeat(300)}`];

/** What this package refuses by itself, or finds on the disk. */
const asks = ({ folder }: Stage): readonly Ask[] => {
  const ask = (verb: string, payload: object, code: RegExp, form?: object): Ask => ({
    verb,
    payload,
    code,
    ...(form ? { form } : {}),
  });
  return [
    ask("read", { path: "in/" }, /^NotAFile$/),
    ask("read", { path: "none.txt" }, /^NoSuchKey$/),
    ask("read", { path: "long.txt" }, /^ObjectTooLarge$/, { maxBytes: 4, maxBytesType: "num" }),
    ask("read", { path: "long.txt" }, /^ObjectTooLarge$/, { maxBytes: 4, maxBytesType: "num", format: "lines" }),
    ask("read", { path: "in/a.txt" }, /^InvalidRange$/, { range: "bytes=100-" }),
    ask("write", { path: "in/a.txt", data: "other" }, /^ObjectExists$/),
    ask("write", { path: "in/a.txt", data: "other" }, /^ObjectChanged$/, { ifMatch: "0".repeat(32) }),
    ask("purge", { path: "/", force: true }, /^WholeBucketRefused$/),
    ask("purge", { path: "in/", force: true }, /^TooManyToPurge$/, { maxDelete: 1, maxDeleteType: "num" }),
    ask("delete", { listing: "listing.json" }, /^InvalidListing$/),
    ask(
      "download",
      { path: "names/", target: join(folder, "names") },
      /^PartialFailure(?=.* UnsafePath)(?=.* NameClash)(?=.* ENAMETOOLONG)/,
    ),
    ask("download", { path: "in/a.txt", target: join(folder, "up", "a.txt") }, /^FileExists$/),
    // Nobody may make a file there, whoever he is.
    ask("download", { path: "in/a.txt", target: "/sys/none.txt" }, /^FileRefused$/),
    ask("upload", { source: join(folder, "none"), path: "up/" }, /^NoSuchFile$/),
    ask("upload", { source: join(folder, "badly"), path: "up/", overwrite: true }, /^PartialFailure InvalidFileName$/),
    // It has no bytes until it is read.
    ask("upload", { source: "/proc/cpuinfo", path: "up/cpu", overwrite: true }, /^FileChanged$/),
  ];
};

export const failuresOfOurOwn: Readonly<Record<string, Failure>> = {
  "this package refuses it": {
    prepare({ server, folder }) {
      for (const name of [...names, "long.txt"]) server.put("bucket", name, "a long text");
      server.put("bucket", "listing.json", '[{"path":');
      mkdirSync(join(folder, "badly"), { recursive: true });
      writeFileSync(join(folder, "badly", "a\\b"), "A");
      return () => rmSync(join(folder, "badly"), { recursive: true });
    },
    asks,
    code: undefined,
  },
  "the disk is full": {
    prepare: fullDisk,
    by: ["download"],
    code: /^DiskFull$/,
  },
  "the TLS configuration is gone": { connection: () => ({ tls: "gone" }), code: /^NoConnection$/ },
};
