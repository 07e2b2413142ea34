import type { Page } from "playwright-core";
import { evaluate, settle } from "../../dev/screenshots/browser";
import { closeForm, dropNode, openForm } from "../../dev/screenshots/shots";
import { check } from "../support/checks";
import type { Part } from "./with-page";

const tick = "#amazon-s3-tryout";

const literal = { connection: "s3", path: "docs/a.txt", pathType: "str" };

const types = (page: Page): Promise<string[]> =>
  evaluate(page, `RED.nodes.filterNodes({}).map(({ type }) => type).sort()`);

const within = async (page: Page, more: object, run: (id: string) => Promise<void>): Promise<void> => {
  const id = await dropNode(page, "amazon-s3-read", 300, 200, more);
  await openForm(page, id);
  try {
    await run(id);
  } finally {
    if (await page.isVisible("#node-dialog-cancel")) await closeForm(page, "cancel");
    await evaluate(page, `RED.nodes.filterNodes({}).forEach(({ id }) => RED.nodes.remove(id))`);
  }
};

/** What helps a newcomer: nodes to try a node with, and a connection that is asked for when it is needed. */
export const tryout: Part = {
  about: "trying a node",
  run: async (page) => {
    await check("a tick puts an inject node before the node and a debug node behind it, and undo takes both away", () =>
      within(page, literal, async () => {
        await page.check(tick);
        await closeForm(page, "ok");
        (await types(page)).should.eql(["amazon-s3-read", "debug", "inject"]);
        const links = `RED.nodes.filterLinks({}).map(({ source, target }) => source.type + " " + target.type).sort()`;
        (await evaluate<string[]>(page, links)).should.eql(["amazon-s3-read debug", "inject amazon-s3-read"]);
        await evaluate(page, `RED.actions.invoke("core:undo")`);
        (await types(page)).should.eql(["amazon-s3-read"]);
      }),
    );

    await check("a tick that is cancelled adds nothing", () =>
      within(page, literal, async () => {
        await page.check(tick);
        await closeForm(page, "cancel");
        (await types(page)).should.eql(["amazon-s3-read"]);
      }),
    );

    await check("it is offered to nodes without wires that need nothing from a message", async () => {
      await within(page, { ...literal, path: "payload.path", pathType: "msg" }, async () => {
        (await page.isVisible(tick)).should.be.false();
        await evaluate(page, `$("#node-input-path").typedInput("type", "str").trigger("change")`);
        (await page.isVisible(tick)).should.be.true();
      });
      await within(page, literal, async (id) => {
        await closeForm(page, "cancel");
        const other = await dropNode(page, "debug", 500, 200);
        const [source, target] = [id, other].map((it) => `RED.nodes.node("${it}")`);
        await evaluate(page, `RED.nodes.addLink({ source: ${source}, sourcePort: 0, target: ${target} })`);
        await openForm(page, id);
        (await page.locator(tick).count()).should.equal(0);
      });
    });

    await check("browsing without a connection asks for one, and for nothing later when that is cancelled", () =>
      within(page, { ...literal, connection: "" }, async () => {
        await page.selectOption("#node-input-connection", "_ADD_");
        await page.click("#node-input-path-browse");
        await page.waitForSelector("#node-config-dialog-edit-form");
        await settle(page);
        await page.click("#node-config-dialog-cancel");
        await page.waitForSelector("#node-config-dialog-edit-form", { state: "detached" });
        await settle(page);
        await page.selectOption("#node-input-connection", "s3");
        (await page.locator(".amazon-s3-list").count()).should.equal(0);
      }),
    );
  },
};
