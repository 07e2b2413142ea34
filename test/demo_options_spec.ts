import should from "should";
import { readOptions, UsageError } from "../dev/demo/options";

const read = (line: string, env: NodeJS.ProcessEnv = {}) => readOptions(line.split(" ").filter(Boolean), env);
const keys = { AWS_ACCESS_KEY_ID: "AK", AWS_SECRET_ACCESS_KEY: "canary-secret" };

describe("the options of npm start", () => {
  it("are the embedded server and the tour by default, also where keys and a region are in the environment", () => {
    read("", { ...keys, AWS_REGION: "eu-west-1" }).should.eql({ help: false, port: 0, run: true });
  });

  it("keep the embedded server and the flows in a folder", () => {
    read("--folder kept --port 1880").should.eql({ help: false, port: 1880, run: true, folder: "kept" });
  });

  it("point at a real bucket, in which nothing is run unless asked", () => {
    const options = read("--bucket mine --region eu-west-1", keys);
    options.run.should.be.false();
    should(options.real).eql({
      bucket: "mine",
      region: "eu-west-1",
      endpoint: "",
      keysInEnvironment: true,
      sessionToken: false,
    });
    read("--bucket mine --region eu-west-1 --run", keys).run.should.be.true();
  });

  it("come from the environment too, and the command line is stronger", () => {
    const env = { S3_ENDPOINT: "https://s3.example.com", S3_BUCKET: "one", AWS_SESSION_TOKEN: "token", ...keys };
    should(read("", env).real).match({ bucket: "one", region: "us-east-1", sessionToken: true });
    should(read("--bucket two", env).real).match({ bucket: "two", endpoint: "https://s3.example.com" });
  });

  it("never hold a key", () => {
    JSON.stringify(read("--bucket mine --region eu-west-1", keys)).should.not.match(/canary|AK/);
  });

  const wrong: readonly [line: string, env: NodeJS.ProcessEnv, says: RegExp][] = [
    ["--port 65536", {}, /--port must be a number/],
    ["--port x", {}, /--port must be a number/],
    ["--nope", {}, /--nope.*--help/],
    ["--folder=", {}, /--folder needs the path/],
    ["--folder kept --bucket mine --region eu-west-1", {}, /leave --folder out, or --bucket/],
    ["--folder kept", { S3_BUCKET: "mine", AWS_REGION: "eu-west-1" }, /S3_BUCKET/],
    ["--region eu-west-1", {}, /needs a bucket/],
    ["--endpoint https://s3.example.com", {}, /needs a bucket/],
    ["--bucket mine", {}, /region is missing/],
    ["--bucket mine --endpoint s3.example.com", {}, /must be a URL/],
    ["--bucket mine --endpoint ftp://s3.example.com", {}, /must be a URL/],
    ["--bucket mine --endpoint https://AK:canary-secret@s3.example.com", {}, /must not hold keys/],
    ["--bucket mine --region eu-west-1", { AWS_ACCESS_KEY_ID: "AK" }, /AWS_SECRET_ACCESS_KEY is missing/],
    ["--bucket mine --region eu-west-1", { AWS_SECRET_ACCESS_KEY: "canary-secret" }, /AWS_ACCESS_KEY_ID is missing/],
  ];
  for (const [line, env, says] of wrong)
    it(`refuse ${JSON.stringify(line)} with ${Object.keys(env).join(" ") || "nothing"} in the environment`, () => {
      let caught: unknown;
      try {
        read(line, env);
      } catch (error) {
        caught = error;
      }
      should(caught).be.instanceof(UsageError);
      String(caught)
        .should.match(says)
        .and.not.match(/canary/);
    });
});
