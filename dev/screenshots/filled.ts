/** What the forms hold in the pictures of the documentation: what somebody might fill in. */

/** Values of each node, by its type. */
export const filledNodes: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  "amazon-s3-create": { path: "reports/2026/", pathType: "str" },
  "amazon-s3-delete": { path: '["reports/2025/may.csv", "reports/2025/june.csv"]', pathType: "json" },
  "amazon-s3-download": { path: "reports/2026/", pathType: "str", target: "/data/reports", targetType: "str" },
  "amazon-s3-exist": { path: "reports/2026/may.csv", pathType: "str" },
  "amazon-s3-list": {
    path: "logs/",
    pathType: "str",
    filter: "*.gz",
    filterType: "str",
    recurse: "true",
    recurseType: "bool",
  },
  "amazon-s3-purge": { path: "logs/2025/", pathType: "str" },
  "amazon-s3-read": { path: "reports/2026/may.csv", pathType: "str", format: "lines" },
  "amazon-s3-upload": {
    source: "/data/reports",
    sourceType: "str",
    path: "reports/",
    pathType: "str",
    onConflict: "different",
    onConflictType: "str",
  },
  "amazon-s3-write": {
    path: "reports/2026/may.csv",
    pathType: "str",
    data: "payload",
    overwrite: "true",
    overwriteType: "bool",
  },
};

/** Values of the connection, in the order in which they are filled in. Nobody has these keys. */
export const filledConnection: Readonly<Record<string, string>> = {
  name: "Reports",
  accessKey: "AKIAIOSFODNN7EXAMPLE",
  secretKey: "nobody has this key",
  region: "eu-central-1",
  bucket: "my-bucket",
  endpoint: "",
};

/** Objects that the filter of the list node is tried on. */
export const filledKeys: readonly string[] = ["logs/2025/may.gz", "logs/2026/may.gz", "logs/readme.txt"];
