import "should";
import { ambientSecrets } from "../../src/core/ambient-secrets";
import { withEnvironment, withFiles } from "../support/environment";

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

  it("are looked for at once, however many lines are empty", async () => {
    // The runner's time limit ends a spec that takes for ever.
    const all = await found(`aws_secret_access_key = the-secret${"\n".repeat(250_000)}[`);
    all.should.eql(["the-secret", "the-secret"]);
  });
});
