import type { User } from "../../dev/s3-server/options";

/** Secrets of one way to sign in; each is used nowhere else. */
export interface Keys {
  accessKey: string;
  secretKey: string;
  sessionToken?: string;
}

/** With characters that are written otherwise in URLs, in JSON and in base64. */
const keysOf = (name: string, token: boolean): Keys => ({
  accessKey: `CANARYACCESS${name.toUpperCase()}5f3a`,
  secretKey: `canary+secret/${name}+9c41d07be2"x`,
  ...(token ? { sessionToken: `canary//token+${name}/e07b13c5a9==` } : {}),
});

export const keys = {
  typed: keysOf("typed", false),
  token: keysOf("token", true),
  variables: keysOf("variables", true),
  chain: keysOf("chain", true),
  source: keysOf("source", true),
  profile: keysOf("profile", false),
  role: keysOf("role", true),
  misplaced: keysOf("misplaced", true),
} satisfies Record<string, Keys>;

/** As a web identity's token is written. */
export const webToken = "eyJhbGciOiJub25lIn0.canaryOfAWebToken5f3ae07b.c5a9d07be2";

export const role = "arn:aws:iam::111122223333:role/canary";

/** What Node-RED replaces, and where the AWS chain looks. */
export const environment = (file: string, sts: string): Record<string, string> => ({
  CANARY_ACCESS: keys.variables.accessKey,
  CANARY_SECRET: keys.variables.secretKey,
  CANARY_TOKEN: keys.variables.sessionToken as string,
  AWS_ACCESS_KEY_ID: keys.chain.accessKey,
  AWS_SECRET_ACCESS_KEY: keys.chain.secretKey,
  AWS_SESSION_TOKEN: keys.chain.sessionToken as string,
  AWS_SHARED_CREDENTIALS_FILE: file,
  AWS_CONFIG_FILE: file,
  // Where a profile of a role asks for its keys.
  AWS_ENDPOINT_URL_STS: sts,
  AWS_EC2_METADATA_DISABLED: "true",
});

/** The file in which profiles are looked for. */
export const sharedFile = `[canary]
aws_access_key_id = ${keys.profile.accessKey}
aws_secret_access_key = ${keys.profile.secretKey}

[source]
aws_access_key_id = ${keys.source.accessKey}
aws_secret_access_key = ${keys.source.secretKey}
aws_session_token = ${keys.source.sessionToken}

[canary-role]
role_arn = ${role}
source_profile = source
region = us-east-1
`;

/** A way to sign in: properties of the connection, and its credentials. */
interface Way {
  connection: (endpoint: string) => object;
  credentials: object;
}

const asRole = (endpoint: string) => ({ auth: "role", roleArn: role, stsEndpoint: endpoint });

export const ways = {
  typed: { connection: () => ({}), credentials: keys.typed },
  token: { connection: () => ({}), credentials: keys.token },
  variables: {
    connection: () => ({}),
    credentials: { accessKey: `\${CANARY_ACCESS}`, secretKey: `\${CANARY_SECRET}`, sessionToken: `\${CANARY_TOKEN}` },
  },
  chain: { connection: () => ({ auth: "default" }), credentials: {} },
  profile: { connection: () => ({ auth: "profile", profile: "canary" }), credentials: {} },
  profileOfRole: { connection: () => ({ auth: "profile", profile: "canary-role" }), credentials: {} },
  role: { connection: asRole, credentials: keys.role },
  roleOfChain: { connection: asRole, credentials: {} },
  anonymous: { connection: () => ({ auth: "anonymous" }), credentials: keys.typed },
} satisfies Record<string, Way>;

export type WayName = keyof typeof ways;

export const users: User[] = Object.values(keys);
