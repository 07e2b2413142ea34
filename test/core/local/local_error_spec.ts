import "should";
import { readdir, readFile } from "node:fs/promises";
import { connect } from "node:net";
import type { S3Error } from "../../../src/core/error";
import { toLocalError, withFile } from "../../../src/core/local/local-error";

const caught = (work: Promise<unknown>): Promise<Error> =>
  work.then(
    () => {
      throw new Error("it did not fail");
    },
    (error: Error) => error,
  );

describe("errors of the file system", () => {
  it("are told in words that name the file and the way out", async () => {
    const error = (await caught(withFile("/none", () => readFile("/none")))) as S3Error;
    error.code.should.equal("NoSuchFile");
    error.message.should.match(/^\/none: there is no such file or folder .* Check the path: .*\(NoSuchFile\)$/);
  });

  it("keep their own code and words where there is no better one", async () => {
    const error = (await caught(withFile(__dirname, () => readFile(__dirname)))) as S3Error;
    error.code.should.equal("EISDIR");
    error.message.should.match(/illegal operation on a directory/);
  });

  it("say of a file in the way of a folder what can be done about it", async () => {
    const error = (await caught(withFile(__filename, () => readdir(__filename)))) as S3Error;
    error.code.should.equal("ENOTDIR");
    error.message.should.match(/local_error_spec\.js: a part of this path is no folder\. Name another path/);
  });

  it("are no errors of the network, nor of this package", async () => {
    // Nothing listens at the port for TCP multiplexers.
    const network = await new Promise((resolve) => connect(1, "127.0.0.1").once("error", resolve));
    (network as { code: string }).code.should.equal("ECONNREFUSED");
    (toLocalError(network, "/file") === network).should.be.true();
    const own = new TypeError("a fault");
    (toLocalError(own, "/file") === own).should.be.true();
  });
});
