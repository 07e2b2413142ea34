import "should";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { samplesOf } from "../../src/editor/results";
import { operations } from "../../src/operations";
import { deploy, type Message } from "../support/bench";
import { must } from "../support/must";
import { useFreshServer } from "../support/server";

/** The names in a sample's braces: `{ path: PATH, size: 1234 }`. */
const namesIn = (sample: string): string[] => [...sample.matchAll(/[{,] (\w+):/g)].map(([, name]) => name ?? "");

/** What kind of value a sample shows. */
const kindOf = (sample: string): string => {
  if (sample.startsWith("[")) return "array";
  if (sample.startsWith("{")) return "object";
  return sample.startsWith("<") ? (/^<(\w+)/.exec(sample)?.[1] ?? "") : typeof JSON.parse(sample);
};

const kindIs = (value: unknown): string => {
  if (Array.isArray(value)) return "array";
  if (typeof value !== "object" || value === null) return typeof value;
  const { name } = value.constructor;
  return name === "Object" ? "object" : name;
};

const downloads = mkdtempSync(join(tmpdir(), "s3-spec-"));

const listed = (from: unknown) => (from === undefined ? {} : { listing: ["docs/a.json"] });

/** What is sent for a sample of a node. */
const payloads: Record<string, (when: Readonly<Record<string, readonly string[]>>) => object> = {
  create: () => ({ path: "docs/new.txt" }),
  delete: ({ path, sequence }) =>
    sequence
      ? { listing: ["docs/a.json"] }
      : { path: path === undefined ? "docs/a.json" : ["docs/a.json", "docs/b.json"] },
  download: ({ path, dryRun, sync, force }) => ({
    path: path === undefined ? "docs/a.json" : "docs/",
    target: join(downloads, "docs/"),
    overwrite: true,
    dryRun: dryRun !== undefined,
    sync: sync !== undefined,
    force: force !== undefined,
  }),
  exist: () => ({ path: "docs/a.json" }),
  list: ({ versions, from }) => ({ path: "docs/", versions: versions !== undefined, ...listed(from) }),
  purge: ({ force, from }) => ({ path: "docs/", force: force !== undefined, ...listed(from) }),
  read: () => ({ path: "docs/a.json" }),
  upload: ({ dryRun, sync, force }) => ({
    source: "icons",
    path: "docs/",
    dryRun: dryRun !== undefined,
    sync: sync !== undefined,
    force: force !== undefined,
  }),
  write: ({ path }) =>
    path === undefined
      ? { path: "docs/new.txt", data: "text" }
      : { path: "docs/", data: [{ path: "new.txt", data: "text" }] },
};

describe("the results that the forms show by example", () => {
  const world = useFreshServer({ buckets: ["bucket"] });
  after(() => rmSync(downloads, { recursive: true }));
  for (const { type, label, settings, parameters } of operations) {
    it(`there is one for every form of ${label}: the last fits always`, () => {
      must(samplesOf(type).at(-1)).should.not.have.property("when");
    });

    for (const sample of samplesOf(type)) {
      const when = sample.when ?? {};
      it(`are what the node sends: ${label} ${JSON.stringify(when)}`, async () => {
        for (const key of ["docs/a.json", "docs/b.json"]) world.s3.put("bucket", key, '{ "hello": "world" }');
        const config: Record<string, unknown> = {};
        for (const [name, [value]] of Object.entries(when)) {
          if (Object.hasOwn(settings, name)) config[name] = value;
          // The form starts with a value of its own: here the message has it.
          else if (parameters[name]?.literal !== undefined)
            Object.assign(config, { [name]: `payload.${name}`, [`${name}Type`]: "msg" });
        }
        const bench = await deploy(label, config, { server: world.s3 });
        // A stream is done when somebody has taken it.
        bench.find("out0").on("input", ({ payload }: Message) => payload?.resume?.());
        try {
          const { messages } = await bench.send({ payload: must(payloads[label])(when) });
          const [message] = messages;
          kindIs(message.payload).should.equal(kindOf(sample.result));
          const first = Array.isArray(message.payload) ? message.payload[0] : message.payload;
          const names = namesIn(sample.result);
          if (names.length > 0) Object.keys(first).should.containDeep(names);
          if (sample.parts === undefined) message.should.not.have.property("parts");
          else Object.keys(message.parts).should.containDeep(namesIn(sample.parts));
          message.s3.should.have.properties(["operation", "bucket", "path", ...namesIn(`{ ${sample.s3 ?? ""}`)]);
        } finally {
          await bench.close();
        }
      });
    }
  }
});
