import type { Page } from "playwright-core";
import { startS3Server } from "../../dev/s3-server";
import { closeConnection, field, fill, openConnection } from "../../dev/screenshots/connection-form";
import { check } from "../support/checks";

/** Buckets are offered where they can be listed, and typed where they cannot. */
export const checkBuckets = async (page: Page, connection: string): Promise<void> => {
  const server = await startS3Server({ buckets: ["docs", "archive"] });
  const offered = () =>
    page.locator("#amazon-s3-buckets option").evaluateAll((all) => all.map((option) => option.getAttribute("value")));
  const focus = async () => {
    const answered = page.waitForResponse((response) => response.url().includes("/amazon-s3/connection/buckets"));
    await page.focus(field("name"));
    await page.focus(field("bucket"));
    await (await answered).finished();
  };
  await openConnection(page, connection);
  try {
    const { endpoint, accessKey, secretKey, region } = server;
    await page.selectOption(field("auth"), "keys");
    // Without a look at the bucket's field, which asks.
    await fill(page, { endpoint, accessKey, secretKey, region });
    await check(
      "buckets are offered once the keys can list them, and asked for again only when the form changes",
      async () => {
        await focus();
        (await offered()).should.eql(["archive", "docs"]);
        await page.focus(field("name"));
        await page.focus(field("bucket"));
        server.requests.filter(({ operation }) => operation === "ListBuckets").should.have.length(1);
      },
    );
    await check("a button shows them, and one of them goes into the form", async () => {
      await page.click(`${field("bucket")}-browse`);
      await page.click('.amazon-s3-entry:has-text("archive")');
      await page.click(".amazon-s3-choose");
      (await page.inputValue(field("bucket"))).should.equal("archive");
      (await page.locator(".amazon-s3-list").count()).should.equal(0);
    });
    await check("a bucket is typed where the keys cannot list them", async () => {
      await fill(page, { secretKey: "wrong" });
      await focus();
      (await offered()).should.eql([]);
      await fill(page, { bucket: "typed" });
      (await page.inputValue(field("bucket"))).should.equal("typed");
    });
  } finally {
    await closeConnection(page, "cancel");
    await server.close();
  }
};
