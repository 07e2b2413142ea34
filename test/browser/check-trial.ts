import type { Page } from "playwright-core";
import { type S3Server, type S3ServerOptions, startS3Server } from "../../dev/s3-server";
import { evaluate } from "../../dev/screenshots/browser";
import { closeConnection, field, fill, openConnection } from "../../dev/screenshots/connection-form";
import { cert, key } from "../s3-server/certificate";
import { check } from "../support/checks";
import { typedIn } from "./form";

/** What a person does wrong, or a store: the form's values, and what is said. */
interface Wrong {
  what: string;
  options?: S3ServerOptions;
  values?(server: S3Server): Record<string, string>;
  says: RegExp;
}

const wrongs: readonly Wrong[] = [
  {
    what: "a wrong secret key",
    values: () => ({ secretKey: "canary-wrong" }),
    says: /✗ Keys the secret key does not fit the access key/,
  },
  { what: "an unknown access key", values: () => ({ accessKey: "nobody" }), says: /✗ Keys the store does not know/ },
  {
    what: "a port where nothing listens",
    values: () => ({ endpoint: "http://127.0.0.1:9" }),
    says: /✗ Endpoint nothing answers at 127\.0\.0\.1:9/,
  },
  {
    what: "a host that there is not",
    values: () => ({ endpoint: "http://store.invalid" }),
    says: /✗ Endpoint there is no host store\.invalid/,
  },
  {
    what: "a certificate that is not trusted",
    options: { tls: { key, cert } },
    says: /✗ Endpoint the certificate of 127\.0\.0\.1:\d+ is not trusted \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
  },
  {
    what: "https in place of http",
    values: ({ endpoint }) => ({ endpoint: endpoint.replace("http:", "https:") }),
    says: /✗ Endpoint 127\.0\.0\.1:\d+ speaks http, not https/,
  },
  {
    what: "a clock that is wrong",
    options: { clock: () => Date.now() + 30 * 60_000 },
    says: /✗ Keys the clock of the machine that runs Node-RED is 30 min slow/,
  },
  { what: "a bucket that there is not", values: () => ({ bucket: "none" }), says: /✗ Bucket there is no bucket none/ },
  {
    what: "another region",
    options: { region: "eu-west-1", strictRegion: true },
    values: () => ({ region: "us-east-1" }),
    says: /✗ Bucket docs is in eu-west-1/,
  },
  { what: "a region that is none", values: () => ({ region: "eu west" }), says: /region "eu west" is no region/ },
];

const marks: Readonly<Record<string, string>> = { yes: "✓", "yes, but": "!", no: "✗", "not tried": "–" };

/** The button that tries a connection: one that works, and what may be wrong. */
export const checkTrial = async (page: Page, connection: string): Promise<void> => {
  const click = async (selector: string): Promise<void> => {
    const answered = page.waitForResponse((response) => response.url().includes("/amazon-s3/connection/try"));
    await page.click(selector);
    await (await answered).finished();
    await page.waitForFunction(`!$("${field("try")}").prop("disabled")`);
  };
  /** The lines, each with a mark for its icon's name. */
  const said = async (): Promise<string> => {
    const lines: string[] = await evaluate(
      page,
      `$("#amazon-s3-trial").find("li, p").get().map((line) => [...$(line).find("i").get().map((icon) => $(icon).attr("aria-label")), ...$(line).find("b").get().map((it) => it.textContent), $(line).find("span").text() || $(line).text()].join("|"))`,
    );
    return lines
      .map((line) => line.replace(/^([^|]*)\|/, (_, name) => `${marks[name] ?? name} `).replace("|", " "))
      .join("\n");
  };
  const withServer = async (options: S3ServerOptions, run: (server: S3Server) => Promise<void>): Promise<void> => {
    const server = await startS3Server({ buckets: ["docs"], ...options });
    server.put("docs", "a", "x");
    await openConnection(page, connection);
    try {
      const { endpoint, accessKey, secretKey, region } = server;
      await page.selectOption(field("auth"), "keys");
      await fill(page, { endpoint, accessKey, secretKey, region, bucket: "docs" });
      await run(server);
    } finally {
      await closeConnection(page, "cancel");
      await server.close();
    }
  };

  await check(
    "a connection that is not deployed yet is tried, by reads alone, then by a write on request",
    async () => {
      await withServer({}, async (server) => {
        await click(field("try"));
        (await said()).should.match(/^✓ Endpoint 127\.0\.0\.1:\d+ answers\n✓ Keys the keys are accepted/);
        (await said()).should.match(
          /✓ Bucket docs is there, in us-east-1\n✓ List allowed\n✓ Read allowed\n– Write not tried/,
        );
        server.requests.some(({ method }) => method !== "GET" && method !== "HEAD").should.be.false();
        await click("#amazon-s3-trial p button");
        (await said()).should.match(/✓ Write allowed\n✓ Delete allowed$/);
        server.keys("docs").should.eql(["a"]);
      });
    },
  );

  for (const { what, options = {}, values = () => ({}), says } of wrongs) {
    await check(`tells ${what}, and leaves the form as it was`, async () => {
      await withServer(options, async (server) => {
        const changed = values(server);
        await fill(page, changed);
        await click(field("try"));
        (await said()).should.match(says).and.not.match(/canary/);
        for (const [name, value] of Object.entries(changed)) (await typedIn(page, name)).should.equal(value);
      });
    });
  }

  await check("one click takes the region that the store told, and tries again", async () => {
    await withServer({ region: "eu-west-1", strictRegion: true }, async () => {
      await fill(page, { region: "us-east-1" });
      await click(field("try"));
      await click("#amazon-s3-trial li button");
      (await typedIn(page, "region")).should.equal("eu-west-1");
      (await said()).should.match(/✓ Bucket docs is there, in eu-west-1/);
    });
  });
};
