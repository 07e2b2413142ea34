import type { Page } from "playwright-core";
import { closeConnection, field, fill, openConnection } from "../../dev/screenshots/connection-form";
import { stores } from "../../src/editor/stores";
import { check } from "../support/checks";
import { reasons, typedIn } from "./form";

const filledIn = ["store", "region", "endpoint", "pathStyle", "checksums"];

/** Choosing a store fills in what it needs, and all of it can be changed. */
export const checkStores = async (page: Page, connection: string): Promise<void> => {
  const shown = async () => {
    const values = await Promise.all(filledIn.map((name) => typedIn(page, name)));
    return Object.fromEntries(values.map((value, index) => [filledIn[index] ?? "", value]));
  };
  const choose = (id: string) => page.selectOption(field("store"), id);
  await openConnection(page, connection);
  for (const store of stores) {
    await check(`choosing ${store.name} fills in its values, and says what is left to do`, async () => {
      await fill(page, { region: "" });
      await choose(store.id);
      const { id, region, pathStyle, checksums } = store;
      const endpoint = id === "other" ? "https://" : store.endpoint;
      (await shown()).should.eql({ store: id, region, endpoint, pathStyle, checksums });
      const gap = /HOST|ACCOUNT|REGION/.exec(endpoint)?.[0];
      if (gap) (await reasons(page)).should.match(new RegExp(`replace ${gap} with`));
      if (region === "") (await reasons(page)).should.match(/Region is missing/);
    });
  }
  await check("a region goes into the endpoint that waits for it", async () => {
    await choose("wasabi");
    await fill(page, { region: "eu-west-1" });
    (await typedIn(page, "endpoint")).should.equal("https://s3.eu-west-1.wasabisys.com");
    (await typedIn(page, "store")).should.equal("wasabi");
  });
  await check("a region that is changed is changed in the endpoint too, unless that was typed", async () => {
    await fill(page, { region: "eu-central-1" });
    (await typedIn(page, "endpoint")).should.equal("https://s3.eu-central-1.wasabisys.com");
    await fill(page, { endpoint: "https://s3.wasabisys.com" });
    await fill(page, { region: "us-east-1" });
    (await typedIn(page, "endpoint")).should.equal("https://s3.wasabisys.com");
  });
  await check("an endpoint that is typed says which store it is", async () => {
    for (const [endpoint, store] of [
      ["", "aws"],
      ["http://localhost:9000", "minio"],
      ["http://10.0.0.7:7480", "ceph"],
      ["https://0a1b.r2.cloudflarestorage.com", "r2"],
      ["https://s3.us-west-004.backblazeb2.com", "b2"],
      ["https://s3.wasabisys.com", "wasabi"],
      ["https://fra1.digitaloceanspaces.com", "spaces"],
      ["https://storage.googleapis.com", "gcs"],
      ["https://storage.googleapis.com.example.com", "other"],
      ["no url", "other"],
    ] as const) {
      await fill(page, { endpoint });
      (await typedIn(page, "store")).should.equal(store, endpoint);
    }
  });
  await check("regions are suggested for each store, and any other is taken", async () => {
    for (const { id, regions } of stores) {
      await choose(id === "aws" ? "minio" : "aws");
      await choose(id);
      const offered = await page
        .locator("#amazon-s3-regions option")
        .evaluateAll((all) => all.map((option) => option.getAttribute("value")));
      offered.should.eql(regions);
    }
    await choose("aws");
    await fill(page, { region: "moon-south-9" });
    (await reasons(page)).should.not.match(/Region/);
  });
  await closeConnection(page, "cancel");
};
