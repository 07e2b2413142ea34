/** A flow with one node of each verb as it is dropped, and one whose path is a literal. */

export const types = ["create", "delete", "download", "exist", "list", "purge", "read", "write"].map(
  (verb) => `amazon-s3-${verb}`,
);

export const connection = {
  id: "s3connection",
  type: "amazon-s3-config",
  name: "",
  auth: "keys",
  profile: "",
  roleArn: "",
  externalId: "",
  roleSessionName: "",
  stsEndpoint: "",
  endpoint: "http://127.0.0.1:9000",
  pathStyle: "auto",
  rootPath: "",
  tls: "",
  maxAttempts: 5,
  timeout: 60,
  concurrency: 16,
  checksums: "auto",
  conditionalWrites: "auto",
  requesterPays: false,
};
