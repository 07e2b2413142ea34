import "should";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ambientSecrets } from "../../src/core/ambient-secrets";
import { withEnvironment, withFiles } from "../support/environment";
import { withFolder } from "../support/with-folder";

describe("secrets of the machine", () => {
  const found = (config: string): Promise<string[]> =>
    withFiles({ config }, (path) =>
      withEnvironment(
        { HOME: path(""), AWS_CONFIG_FILE: path("config"), AWS_SHARED_CREDENTIALS_FILE: path("config") },
        async () => [...(await ambientSecrets())],
      ),
    );

  it("are found in profiles, with comments and without", async () => {
    const config = [
      "[profile a]",
      "region =",
      "aws_secret_access_key = the-secret # of a",
      "aws_session_token=the-token;still-it  ;a comment",
      "\taws_secret_access_key\t=\tthe-other\r",
    ];
    const all = await found(config.join("\n"));
    for (const secret of ["the-secret", "the-secret # of a", "the-token;still-it", "the-other"])
      all.should.containEql(secret);
  });

  it("are found in the file that a profile names, whose setting has a comment", () =>
    withFiles({ token: "web-identity-token\n" }, async (path) => {
      const all = await found(`[profile a]\nweb_identity_token_file = ${path("token")} # a token\n`);
      all.should.containEql("web-identity-token");
    }));

  it("are found where they do not belong, which an error tells, but for names and files", async () => {
    const secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY";
    const file = "/var/run/secrets/eks.amazonaws.com/serviceaccount/token";
    const role = "arn:aws:iam::111122223333:role/with-a-long-name-of-its-own";
    for (const setting of ["source_profile", "credential_source", "sso_session", "sso_account_id"])
      (await found(`[profile a]\n${setting} = ${secret}\n`)).should.containEql(secret);
    const others = `source_profile = somebody-else\nrole_arn = ${role}\nweb_identity_token_file = ${file}\nca_bundle = ${file}`;
    (await found(`[profile a]\n${others}\n`)).should.eql([]);
  });

  it("are found in a command that gives keys, which an error tells", async () => {
    (await found("[profile a]\ncredential_process = helper --password hunter22\n")).should.containEql(
      "helper --password hunter22",
    );
  });

  for (const variable of ["HOME", "AWS_LOGIN_CACHE_DIRECTORY"])
    it(`are found in a sign-in of aws login, with each line of its key: ${variable}`, () =>
      withFolder("ambient-", async (home) => {
        const folder = variable === "HOME" ? join(home, ".aws", "login", "cache") : home;
        await mkdir(folder, { recursive: true });
        const key =
          "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIfirstlineofthekey\nthesecondlineofit==\n-----END EC PRIVATE KEY-----\n";
        const accessToken = { accessKeyId: "ASIA", secretAccessKey: "the-secret", sessionToken: "the-token" };
        await writeFile(join(folder, "a.json"), JSON.stringify({ accessToken, refreshToken: "again", dpopKey: key }));
        const all = await withEnvironment({ [variable]: home }, ambientSecrets);
        for (const one of ["the-secret", "the-token", "again", "MHcCAQEEIfirstlineofthekey", "thesecondlineofit=="])
          all.should.containEql(one);
        all.should.not.containEql("-----END EC PRIVATE KEY-----");
      }));

  it("are looked for at once, however many lines are empty", async () => {
    // The runner's time limit ends a spec that takes for ever.
    const all = await found(`aws_secret_access_key = the-secret${"\n".repeat(250_000)}[`);
    all.should.eql(["the-secret", "the-secret"]);
  });
});
