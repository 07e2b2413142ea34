import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { type S3Server, startS3Server } from "../../dev/s3-server";
import { evaluate, openEditor, pauseIn, settle } from "../../dev/screenshots/browser";
import { closeConnection, field, fill, openConnection } from "../../dev/screenshots/connection-form";
import { types } from "../../dev/screenshots/flow";
import { closeForm, dropNode, openForm } from "../../dev/screenshots/shots";
import type { Runtime } from "../package/runtimes";
import { check } from "../support/checks";
import { placesOf, type Sent, watchTraffic } from "./traffic";
import { withEditor } from "./with-editor";

/** Long enough that they stand nowhere by chance. */
const right = {
  accessKey: "CANARYACCESS7f3a91c2",
  secretKey: "canary-secret-5d0e8b64",
  sessionToken: "canary-token-c81f27aa",
};
const wrong = { secretKey: "canary-wrong-secret-90b3", sessionToken: "canary-wrong-token-41de" };
const secrets = [right.secretKey, right.sessionToken, wrong.secretKey, wrong.sessionToken];

const variables = { accessKey: "S3_CHECK_ACCESS", secretKey: "S3_CHECK_SECRET", sessionToken: "S3_CHECK_TOKEN" };
const env = Object.fromEntries(
  Object.entries(variables).map(([name, key]) => [key, right[name as keyof typeof right]]),
);
const fromEnv = Object.fromEntries(Object.entries(variables).map(([name, key]) => [name, `\${${key}}`]));

const flow = [
  { id: "tab", type: "tab", label: "Amazon S3" },
  { id: "s3", type: "amazon-s3-config", name: "", endpoint: "", auth: "keys", checksums: "auto" },
  { id: "go", type: "inject", z: "tab", x: 100, y: 40, props: [], repeat: "", once: false, wires: [["read"]] },
  {
    id: "read",
    type: "amazon-s3-read",
    z: "tab",
    x: 250,
    y: 40,
    connection: "s3",
    path: "readme.txt",
    pathType: "str",
    bucket: "",
    bucketType: "str",
    output: "payload",
    outputType: "msg",
    wires: [["debug"]],
  },
  {
    id: "list",
    type: "amazon-s3-list",
    z: "tab",
    x: 250,
    y: 120,
    connection: "s3",
    path: "",
    pathType: "str",
    bucket: "",
    bucketType: "str",
    filter: "*",
    filterType: "str",
    wires: [["debug"]],
  },
  { id: "catch", type: "catch", z: "tab", x: 100, y: 80, scope: null, uncaught: false, wires: [["debug"]] },
  {
    id: "debug",
    type: "debug",
    z: "tab",
    x: 400,
    y: 40,
    active: true,
    tosidebar: true,
    console: true,
    complete: "true",
    targetType: "full",
    wires: [],
  },
];

const clickAndWait = async (page: Page, selector: string, answer: RegExp): Promise<void> => {
  const waiting = page.waitForResponse((response) => answer.test(response.url()));
  const [response] = await Promise.all([waiting, page.click(selector)]);
  await response.finished();
  await pauseIn(page, 50);
};

const deploy = async (page: Page): Promise<void> => {
  await clickAndWait(page, "#red-ui-header-button-deploy", /\/flows$/);
  await settle(page);
};

/** Everything that the connection's form asks of the server. */
const askByForm = async (page: Page): Promise<void> => {
  await clickAndWait(page, field("try"), /connection\/try$/);
  await page.waitForFunction(`!$("${field("try")}").prop("disabled")`);
  await clickAndWait(page, `${field("bucket")}-browse`, /connection\/buckets$/);
  await page.keyboard.press("Escape");
};

/** Looks at the bucket from the forms of nodes, at an object where it may, and at what a filter matches. */
const browseByNode = async (page: Page): Promise<void> => {
  await openForm(page, "read");
  await clickAndWait(page, "#node-input-bucket-browse", /\/buckets$/);
  await page.keyboard.press("Escape");
  await clickAndWait(page, "#node-input-path-browse", /\/browse$/);
  const object = '.amazon-s3-entry:has-text("readme.txt")';
  if ((await page.locator(object).count()) > 0) await clickAndWait(page, object, /\/preview$/);
  await page.keyboard.press("Escape");
  await closeForm(page, "cancel");
  const matched = page.waitForResponse((response) => /\/matches$/.test(response.url()));
  await openForm(page, "list");
  await (await matched).finished();
  await closeForm(page, "cancel");
};

const openEveryForm = async (page: Page): Promise<void> => {
  for (const type of types) {
    const id = await dropNode(page, type, 200, 300, { connection: "s3" });
    await openForm(page, id);
    await closeForm(page, "cancel");
    await evaluate(page, `RED.nodes.remove("${id}")`);
  }
  await openConnection(page, "s3");
  await closeConnection(page, "cancel");
};

/** Runs the flow, whose result or error comes back through the debug sidebar. */
const runFlow = async (page: Page, frames: () => number): Promise<void> => {
  const before = frames();
  await evaluate(page, `$.ajax({ url: "inject/go", method: "POST" }).then(() => null)`);
  while (frames() === before) await page.waitForTimeout(50);
  await page.waitForTimeout(300);
};

/** Exports all flows, as JSON on the screen and into the local library. Resolves to the JSON. */
const exportAll = async (page: Page, file: string): Promise<string> => {
  await evaluate(page, `RED.actions.invoke("core:show-export-dialog")`);
  await page.click("#red-ui-clipboard-dialog-export-rng-full");
  const text = await page.inputValue("#red-ui-clipboard-dialog-export-text");
  await page.click('a[href="#red-ui-clipboard-dialog-export-tab-library-local"]');
  await page.fill("#red-ui-clipboard-dialog-tab-library-name", file);
  await clickAndWait(page, "#red-ui-clipboard-dialog-export", new RegExp(`library/.*${file}$`));
  await page.waitForSelector("#red-ui-clipboard-dialog-export", { state: "hidden" });
  await settle(page);
  await evaluate(page, `$.ajax({ url: "library/local/flows/${file}", dataType: "text" }).then(() => null)`);
  return text;
};

/** Every file that Node-RED keeps for its user. */
const filesBelow = (folder: string): Sent[] =>
  readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.parentPath.includes("node_modules"))
    .map(({ parentPath, name }) => ({ from: name, text: readFileSync(join(parentPath, name), "latin1") }));

/**
 * Types canaries into every credential and does all that the editor can do, then looks for them. What holds: the secret
 * key and the token never come back from the server, by any way, and stand neither in its log nor in a flow. The access
 * key is a credential of type text, which Node-RED itself sends to an editor that opens the connection's form, and to
 * nobody else; of one that is an environment variable, the variable's name is all that is sent.
 */
export const checkSecrets = async (runtime: Runtime): Promise<void> => {
  const server: S3Server = await startS3Server({ buckets: ["docs"], users: [right] });
  server.put("docs", "readme.txt", "Hello");
  for (const [what, typed] of [
    ["typed into the form", right],
    ["in environment variables", fromEnv],
  ] as const) {
    const isTyped = typed === right;
    const settings = { logging: { console: { level: "trace", metrics: true, audit: true } } };
    await withEditor(runtime, { env, flow, settings }, async (browser, editor) => {
      let traffic: ReturnType<typeof watchTraffic> = { frames: () => 0, all: async () => [] };
      const { page } = await openEditor(browser, editor.url, false, {
        watch: (opened) => {
          traffic = watchTraffic(opened);
        },
      });
      const { endpoint, region } = server;
      let exported = "";
      const wrongs = [{ secretKey: wrong.secretKey }, { sessionToken: wrong.sessionToken }];
      const keys = [...(isTyped ? wrongs : []), {}].map((some) => ({ ...typed, ...some }));
      for (const [index, some] of keys.entries()) {
        await openConnection(page, "s3");
        await fill(page, { ...some, endpoint, region, bucket: "docs" });
        await askByForm(page);
        await closeConnection(page, "ok");
        await browseByNode(page);
        await deploy(page);
        await runFlow(page, traffic.frames);
        await browseByNode(page);
        await openConnection(page, "s3");
        await askByForm(page);
        await closeConnection(page, "cancel");
        if (index < keys.length - 1) continue;
        await openEveryForm(page);
        exported = await exportAll(page, "canaries.json");
      }
      const sent = await traffic.all();
      const log = editor.log();
      const files = filesBelow(editor.userDir);
      await check(`all of the editor was used with keys ${what}`, () => {
        for (const part of ["try", "buckets", "browse", "matches", "preview"].map(
          (name) => `/amazon-s3/connection/${name}`,
        ))
          sent.map(({ from }) => from).should.containEql(part);
        for (const part of ["buckets", "browse", "matches", "preview"].map((name) => `/amazon-s3/deployed/${name}`))
          sent.map(({ from }) => from).should.containEql(part);
        const findings = sent.filter(({ from }) => from.endsWith("/try")).map(({ text }) => text);
        for (const says of isTyped ? ["wrongSecret", "wrongToken", "acceptedAs"] : ["acceptedAs"])
          findings.some((text) => text.includes(says)).should.equal(true, says);
        sent.filter(({ text, from }) => from === "a web socket" && text.includes("Hello")).should.not.be.empty();
        log.should.match(/\[trace\]|\[audit\]/i);
        JSON.parse(exported).should.matchAny({ type: "amazon-s3-config" });
        files.map(({ from }) => from).should.containDeep(["flows.json", "flows_cred.json", "canaries.json"]);
      });
      await check(`no secret comes back from the server, with keys ${what}`, () => {
        placesOf(secrets, sent).should.eql([]);
      });
      await check(`the access key goes to the open form of its connection alone, with keys ${what}`, () => {
        const places = [...new Set(placesOf([right.accessKey], sent))];
        places.should.eql(isTyped ? ["/credentials/amazon-s3-config/s3"] : []);
      });
      await check(`no key stands in the log, in a flow, or in what is exported, with keys ${what}`, () => {
        const all = [...files, { from: "the log", text: log }, { from: "the export", text: exported }];
        placesOf([...secrets, right.accessKey], all).should.eql([]);
      });
    });
  }
  await server.close();
};
