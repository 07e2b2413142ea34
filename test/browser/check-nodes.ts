import type { Page } from "playwright-core";
import { startS3Server } from "../../dev/s3-server";
import { evaluate, untilClosed } from "../../dev/screenshots/browser";
import { check } from "../support/checks";
import { retype, tabTo, takeOption } from "./keyboard";
import { type NodeCase, nodeCases } from "./node-cases";
import { type Place, withPage } from "./with-page";
import { debugged, deploy, dragFromPalette, injectButton, openByMouse, untilDebugged } from "./workspace";

const tab = { id: "tab", type: "tab", label: "Amazon S3" };

const inject = {
  id: "inject",
  type: "inject",
  z: "tab",
  name: "go",
  props: [],
  repeat: "",
  crontab: "",
  once: false,
  onceDelay: 0.1,
  topic: "",
  x: 120,
  y: 100,
  wires: [[]],
};

const debug = {
  id: "debug",
  type: "debug",
  z: "tab",
  name: "seen",
  active: true,
  tosidebar: true,
  complete: "payload",
  targetType: "msg",
  x: 620,
  y: 100,
  wires: [],
};

const reasonBelow = (page: Page, field: string): Promise<string> =>
  evaluate(page, `$("#node-input-${field}").closest(".form-row").children(".amazon-s3-reason").text().trim()`);

const wire = (page: Page, id: string): Promise<unknown> =>
  evaluate(
    page,
    `(() => {
      const [before, node, after] = ["inject", "${id}", "debug"].map((id) => RED.nodes.node(id));
      RED.nodes.addLink({ source: before, sourcePort: 0, target: node });
      RED.nodes.addLink({ source: node, sourcePort: 0, target: after });
      RED.view.redraw(true);
    })()`,
  );

/** From the palette to a result. The form is filled in by keyboard alone, wrongly at first. */
const use = async (page: Page, it: NodeCase): Promise<void> => {
  const id = await dragFromPalette(page, it.type, 360, 100);
  await openByMouse(page, id);
  await takeOption(page, "#node-input-connection", "s3");
  await it.fillIn(page);
  (await reasonBelow(page, it.field)).should.match(it.reason);
  await retype(page, it.right);
  (await reasonBelow(page, it.field)).should.equal("");
  await it.rest?.(page);
  await tabTo(page, "#node-input-name");
  await page.keyboard.type("by keyboard");
  await page.keyboard.press("Control+Enter");
  await page.waitForSelector("#dialog-form", { state: "detached" });
  await untilClosed(page);
  (await evaluate<boolean>(page, `RED.nodes.node("${id}").valid`)).should.be.true();
  await wire(page, id);
  await deploy(page);
  await evaluate(page, `$(".red-ui-debug-msg").remove()`);
  await injectButton(page, "inject").click();
  (await untilDebugged(page)).should.match(it.result);
  (await debugged(page)).should.have.length(1);
};

/** Each node is dragged from the palette, filled in by keyboard, deployed and run. */
export const checkNodes = async (place: Place): Promise<void> => {
  const server = await startS3Server({ buckets: ["docs"] });
  for (const path of ["old/1", "old/2", "logs/1", "logs/2", "logs/3", "docs/a", "docs/b"])
    server.put("docs", path, "x");
  server.put("docs", "docs/readme.txt", "Hello from S3", { contentType: "text/plain" });
  const { endpoint, accessKey, secretKey, region } = server;
  const credentials = { accessKey, secretKey, region, bucket: "docs" };
  const connection = { id: "s3", type: "amazon-s3-config", name: "", auth: "keys", endpoint, credentials };
  try {
    const run = async (page: Page): Promise<void> => {
      await evaluate(page, `RED.sidebar.show("debug")`);
      for (const it of nodeCases) {
        await check(`${it.type} is dragged, filled in by keyboard, deployed and run`, () => use(page, it));
        await evaluate(page, `RED.nodes.filterNodes({ type: "${it.type}" }).forEach(({ id }) => RED.nodes.remove(id))`);
      }
    };
    await withPage(place, [tab, inject, debug, connection], [{ about: "each node", run }]);
  } finally {
    await server.close();
  }
};
