/**
 * What leaves a node, by example, as JavaScript. PATH stands for the path in the form, FOLDER for the folder it names,
 * FILE and NAME for an object in that folder, each quoted; `…` for any value.
 */
export interface Sample {
  /** Fields, and the values of which one must stand in each; of `path` also `folder` and `array`. */
  when?: Readonly<Record<string, readonly string[]>>;
  /** What the message has at Output. */
  result: string;
  /** `msg.parts`, of a sequence. */
  parts?: string;
  /** What `msg.s3` has besides operation, bucket and path. */
  s3?: string;
}

const object = "size: 1234, etag: …, lastModified: …, contentType: …";
const entry = '{ path: FILE, name: NAME, type: "file", size: 1234, lastModified: …, etag: … }';
const bytes = "<Buffer 48 65 6c 6c 6f …>";

const samples: Readonly<Record<string, readonly Sample[]>> = {
  "amazon-s3-create": [{ result: "{ path: PATH, created: true, etag: … }", s3: "etag: …" }],
  "amazon-s3-delete": [
    { when: { sequence: ["true"] }, result: "{ deleted: 12, missing: 0, failed: [], changed: 0, outside: 0 }" },
    { when: { path: ["array"] }, result: "{ deleted: 2, missing: 0, failed: [] }" },
    { result: "{ path: PATH, deleted: true }" },
  ],
  "amazon-s3-download": [
    {
      when: { path: ["folder"], dryRun: ["true"] },
      result: "{ target: …, dryRun: true, downloaded: 12, skipped: 3, failed: [], bytes: 34567 }",
    },
    {
      when: { path: ["folder"], sync: ["true"], force: ["true"] },
      result: "{ target: …, downloaded: 12, skipped: 3, failed: [], bytes: 34567, deleted: 2 }",
    },
    {
      when: { path: ["folder"], sync: ["true"] },
      result: "{ target: …, downloaded: 12, skipped: 3, failed: [], bytes: 34567, wouldDelete: 2, sample: […] }",
    },
    {
      when: { path: ["folder"], report: ["entries"] },
      result: "{ target: …, downloaded: 12, skipped: 3, failed: [], bytes: 34567, entries: [{ … }, …] }",
    },
    { when: { path: ["folder"] }, result: "{ target: …, downloaded: 12, skipped: 3, failed: [], bytes: 34567 }" },
    { result: "{ target: …, downloaded: 1, skipped: 0, failed: [], bytes: 1234 }", s3: object },
  ],
  "amazon-s3-exist": [{ result: "true", s3: object }],
  "amazon-s3-list": [
    { when: { emit: ["each"] }, result: entry, parts: '{ id: …, index: 0, type: "array", len: 1 }', s3: "count: 1" },
    {
      when: { emit: ["batches"] },
      result: `[${entry}, …]`,
      parts: '{ id: …, index: 0, type: "array", len: … }',
      s3: "count: 1000",
    },
    {
      when: { emit: ["summary"] },
      result: `{ count: 12, bytes: 34567, oldest: { … }, newest: { … }, folders: { … }, storageClasses: { … } }`,
      s3: "count: 12, truncated: false",
    },
    {
      when: { from: ["listing"] },
      result: `[${entry}, …]`,
      s3: "count: 12, truncated: false, outside: 0, missing: 0",
    },
    {
      when: { versions: ["true"] },
      result: `[${entry.replace(" }", ", versionId: …, isLatest: true }")}, …]`,
      s3: "count: 12, truncated: false",
    },
    { result: `[${entry}, …]`, s3: "count: 12, truncated: false" },
  ],
  "amazon-s3-purge": [
    {
      when: { mode: ["lifecycle", "lifecycle-remove"], force: ["true"] },
      result: "{ path: PATH, dryRun: false, mode: …, changed: true, rules: [{ … }], before: [] }",
    },
    {
      when: { mode: ["lifecycle", "lifecycle-remove"] },
      result: "{ path: PATH, dryRun: true, mode: …, changed: true, rules: [{ … }], before: [] }",
    },
    {
      when: { from: ["listing"], force: ["true"] },
      result:
        "{ path: PATH, dryRun: false, deleted: 12, bytes: 34567, failed: [], outside: 0, missing: 0, changed: 0 }",
    },
    {
      when: { from: ["listing"] },
      result:
        "{ path: PATH, dryRun: true, matched: 12, bytes: 34567, failed: [], sample: [FILE, …], outside: 0, missing: 0, changed: 0 }",
    },
    { when: { force: ["true"] }, result: "{ path: PATH, dryRun: false, deleted: 12, bytes: 34567, failed: [] }" },
    { result: "{ path: PATH, dryRun: true, matched: 12, bytes: 34567, failed: [], sample: [FILE, …] }" },
  ],
  "amazon-s3-read": [
    { when: { format: ["buffer"] }, result: bytes, s3: object },
    { when: { format: ["json"] }, result: '{ hello: "world" }', s3: object },
    {
      when: { format: ["lines"] },
      result: '"the first line"',
      parts: '{ id: …, index: 0, type: "string", ch: "\\n" }',
      s3: object,
    },
    {
      when: { format: ["chunks"] },
      result: bytes,
      parts: '{ id: …, index: 0, type: "buffer", ch: "" }',
      s3: object,
    },
    { when: { format: ["stream"] }, result: "<Readable>", s3: object },
    { when: { format: ["string"] }, result: '"Hello …"', s3: object },
    { result: '"Hello …"', s3: `format: "string", ${object}` },
  ],
  "amazon-s3-upload": [
    {
      when: { dryRun: ["true"] },
      result: "{ path: PATH, dryRun: true, uploaded: 12, skipped: 3, failed: [], bytes: 34567 }",
    },
    {
      when: { sync: ["true"], force: ["true"] },
      result: "{ path: PATH, uploaded: 12, skipped: 3, failed: [], bytes: 34567, deleted: 2 }",
    },
    {
      when: { sync: ["true"] },
      result: "{ path: PATH, uploaded: 12, skipped: 3, failed: [], bytes: 34567, wouldDelete: 2, sample: [FILE, …] }",
    },
    {
      when: { report: ["entries"] },
      result: "{ path: PATH, uploaded: 12, skipped: 3, failed: [], bytes: 34567, entries: [{ … }, …] }",
    },
    { result: "{ path: PATH, uploaded: 12, skipped: 3, failed: [], bytes: 34567 }" },
  ],
  "amazon-s3-write": [
    { when: { path: ["folder"] }, result: "[{ path: FILE, size: 1234, etag: …, written: true }, …]" },
    { result: "{ path: PATH, size: 1234, etag: …, written: true }", s3: "size: 1234, etag: …" },
  ],
};

/** The samples of a node: the first that fits what stands in the form is shown. */
export const samplesOf = (type: string): readonly Sample[] => samples[type] ?? [];
