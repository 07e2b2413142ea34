/** What is put into one field of a fresh, connected node. */
export interface Wrong {
  node: string;
  field: string;
  /** The typedInput's type; none for a plain field. */
  type?: string;
  value: string;
  /** Nothing is wrong with it. */
  good?: true;
}

const wrong = (node: string, field: string, type: string, value: string): Wrong => ({
  node: `amazon-s3-${node}`,
  field,
  type,
  value,
});

const plain = (node: string, field: string, value: string): Wrong => ({ node: `amazon-s3-${node}`, field, value });

const good = (it: Wrong): Wrong => ({ ...it, good: true });

/** What a person may type before thinking, and what looks odd but is right. */
export const wrongs: readonly Wrong[] = [
  wrong("create", "path", "str", ""),
  wrong("create", "path", "str", "   "),
  wrong("create", "path", "str", "/"),
  wrong("create", "path", "msg", ""),
  wrong("create", "path", "msg", "payload..path"),
  wrong("create", "path", "jsonata", "payload.(("),
  wrong("create", "path", "jsonata", ""),
  wrong("create", "path", "env", ""),
  wrong("create", "bucket", "msg", "a b"),
  wrong("create", "output", "msg", ""),
  wrong("create", "output", "flow", "x["),
  good(wrong("create", "path", "str", "reports/2026/")),
  // biome-ignore lint/suspicious/noTemplateCurlyInString: Node-RED's own syntax for an environment variable
  good(wrong("create", "path", "str", "${FOLDER}")),
  good(wrong("create", "path", "jsonata", '"a/" & payload.name')),
  good(wrong("create", "createBucket", "bool", "true")),
  wrong("delete", "path", "json", "[1, 2]"),
  wrong("delete", "path", "json", "{"),
  wrong("delete", "path", "json", '["a", "/"]'),
  good(wrong("delete", "path", "json", '["a", "b"]')),
  good(wrong("delete", "path", "json", "[]")),
  good(wrong("delete", "ifMissing", "str", "ignore")),
  wrong("download", "path", "str", "   "),
  wrong("download", "target", "str", ""),
  wrong("download", "onConflict", "str", "merge"),
  wrong("download", "maxDelete", "num", "-1"),
  good(wrong("download", "path", "str", "/")),
  good(wrong("download", "target", "str", "/data/reports/")),
  good(plain("exist", "outputs", "2")),
  good(wrong("exist", "path", "str", "reports/")),
  wrong("list", "maxResults", "num", "0"),
  wrong("list", "maxResults", "num", "1.5"),
  wrong("list", "maxResults", "num", "many"),
  wrong("list", "filter", "json", '{"a": 1}'),
  good(wrong("list", "path", "str", "/")),
  good(wrong("list", "path", "str", "")),
  good(wrong("list", "maxResults", "num", "10")),
  good(wrong("list", "maxResults", "flow", "limit")),
  wrong("purge", "path", "str", ""),
  wrong("purge", "path", "str", "/"),
  wrong("purge", "maxDelete", "num", "-1"),
  wrong("purge", "minSize", "str", "10M"),
  wrong("purge", "modifiedBefore", "str", "31.12.2026"),
  wrong("purge", "regex", "str", "(a"),
  wrong("purge", "storageClass", "str", "cold storage"),
  wrong("purge", "bucket", "str", "s3://docs"),
  good(wrong("purge", "path", "str", "/logs")),
  good(wrong("purge", "maxDelete", "num", "0")),
  good(wrong("purge", "path", "str", "logs")),
  wrong("read", "path", "str", "reports/"),
  wrong("read", "range", "str", "0-99"),
  wrong("read", "range", "str", "bytes=99-0"),
  wrong("read", "maxBytes", "num", "1 GB"),
  good(wrong("read", "range", "str", "bytes=-100")),
  good(wrong("read", "range", "str", "bytes=100-")),
  wrong("write", "data", "json", "{a: 1}"),
  wrong("write", "data", "bin", "[1, 256]"),
  wrong("write", "metadata", "json", '{"a b": 1}'),
  wrong("write", "metadata", "json", "[]"),
  wrong("write", "metadata", "json", '{"a": {"b": 1}}'),
  wrong("write", "tags", "json", "team"),
  good(wrong("write", "data", "str", "")),
  good(wrong("write", "data", "bin", "[72, 105]")),
  good(wrong("write", "metadata", "json", '{"team": "a", "n": 1}')),
];
