import { writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Failure, Stage } from "./failures";
import { keys, webToken } from "./ways";

const { accessKey, secretKey, sessionToken } = keys.misplaced;

/** Profiles with a secret where it does not belong, as happens to who writes the file by hand. */
const profiles: Readonly<Record<string, string>> = {
  "has no secret key, which has another name": `aws_access_key_id = ${accessKey}\naws_secrat = ${secretKey}`,
  "has no access key, and is no line of a file": `${accessKey} ${secretKey}`,
  "has a secret in place of the profile that it begins with": `role_arn = arn:aws:iam::1:role/a\nsource_profile = ${secretKey}`,
  "has a token in place of the profile that it begins with": `role_arn = arn:aws:iam::1:role/a\nsource_profile = ${sessionToken}`,
  "has a secret in place of where keys come from": `role_arn = arn:aws:iam::1:role/a\ncredential_source = ${secretKey}`,
  "has a secret for a session of a sign-in": `sso_session = ${secretKey}\nsso_account_id = 1\nsso_role_name = a`,
  "has half of a sign-in, and a secret in it": `sso_account_id = ${secretKey}\nsso_role_name = a`,
  "has a token in place of the file that holds one": `role_arn = arn:aws:iam::1:role/a\nweb_identity_token_file = ${webToken}`,
  "has a program that fails with a secret": `credential_process = /bin/false ${secretKey}`,
  "has a program that says something else": `credential_process = echo '${secretKey}'`,
};

/** Has the SDK read another file, and nothing of the environment. */
const reading =
  (text: string) =>
  ({ folder }: Stage): (() => void) => {
    const path = join(folder, "broken");
    writeFileSync(path, text);
    const before = { ...process.env };
    Object.assign(process.env, { AWS_SHARED_CREDENTIALS_FILE: path, AWS_CONFIG_FILE: path });
    for (const name of ["AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"]) delete process.env[name];
    return () => void Object.assign(process.env, before);
  };

/** There are no keys, or what should give them fails: a program, a file, or the SDK itself, of a session that is not there. */
const code = /^(NoConnection|Error|ENOENT|TypeError)$/;

const broken = Object.entries(profiles).map(([what, text]): [string, Failure] => [
  `a profile ${what}`,
  { prepare: reading(`[canary]\n${text}\n`), ways: ["profile"], code },
]);

export const failuresOfProfiles: Readonly<Record<string, Failure>> = {
  "a profile is not there": {
    connection: () => ({ profile: "none" }),
    ways: ["profile", "profileOfRole"],
    code: /^NoConnection$/,
  },
  "the file of profiles is none": {
    prepare: reading(JSON.stringify({ AccessKeyId: accessKey, SecretAccessKey: secretKey })),
    ways: ["chain", "profile", "profileOfRole", "roleOfChain"],
    code: /^NoConnection$/,
  },
  "a file of profiles is all there is, and lacks half of the keys": {
    prepare: reading(`[default]\naws_access_key_id = ${accessKey}\nsecret ${secretKey}\n`),
    ways: ["chain", "roleOfChain"],
    code: /^NoConnection$/,
  },
  ...Object.fromEntries(broken),
};
