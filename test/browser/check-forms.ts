import type { Page } from "playwright-core";
import { startS3Server } from "../../dev/s3-server";
import { evaluate } from "../../dev/screenshots/browser";
import { closeConnection, connectTo, openConnection } from "../../dev/screenshots/connection-form";
import { closeForm, dropNode, openForm, withForm } from "../../dev/screenshots/shots";
import { check } from "../support/checks";
import { numbered } from "../support/keys";

const row = (name: string): string => `.form-row:has(> #node-input-${name})`;

/** Sets a typedInput as a choice in its menu and typing do, or a choice of the form alone. */
const setTyped = async (page: Page, [name, type, value]: readonly [string, string, string]): Promise<void> => {
  // A choice that only the form sets.
  if (type === "") return void (await page.selectOption(`#node-input-${name}`, value));
  await evaluate(
    page,
    `(() => { const it = $("#node-input-${name}"); it.typedInput("type", ${JSON.stringify(type)}); it.typedInput("value", ${JSON.stringify(value)}); it.trigger("change"); })()`,
  );
};

const result = (page: Page): Promise<string[]> =>
  evaluate(page, `$("#node-input-result").children().get().map((it) => it.textContent)`);

/** What the forms of the nodes do beside taking values: rows, labels, the filter's matches, the result. */
export const checkForms = async (page: Page, connection: string): Promise<void> => {
  const server = await startS3Server({ buckets: ["docs"] });
  server.seed("docs", numbered(1500, "many/"), "x");
  for (const key of ["logs/a.gz", "logs/b.gz", "logs/c.txt", "logs/old/d.gz"]) server.put("docs", key, "x");

  const within = (type: string, props: object, run: () => Promise<unknown>): Promise<void> =>
    withForm(page, type, { connection, ...props }, run);

  await connectTo(page, connection, server, "docs");
  try {
    for (const [type, name, hidden, shown] of [
      ["amazon-s3-write", "onConflict", ["overwrite", "bool", "true"], ["overwrite", "bool", "false"]],
      ["amazon-s3-download", "onConflict", ["overwrite", "bool", "true"], ["overwrite", "bool", "false"]],
      ["amazon-s3-upload", "onConflict", ["overwrite", "bool", "true"], ["overwrite", "bool", "false"]],
      ["amazon-s3-list", "caseSensitive", ["filter", "str", ""], ["filter", "str", "*.gz"]],
      ["amazon-s3-list", "caseSensitive", ["filter", "str", ""], ["regex", "str", "gz$"]],
      ["amazon-s3-list", "includeTags", ["emit", "", "summary"], ["emit", "", "each"]],
      ["amazon-s3-list", "sort", ["emit", "", "summary"], ["emit", "", "array"]],
      ["amazon-s3-list", "includeMetadata", ["entries", "str", "folders"], ["entries", "str", "all"]],
      ["amazon-s3-purge", "caseSensitive", ["filter", "str", ""], ["filter", "msg", "payload.filter"]],
    ] as const) {
      await check(`${name} is there only while ${hidden[0]} makes it matter: ${type} ${shown}`, () =>
        within(type, /list|purge/.test(type) ? { regex: "", regexType: "str" } : {}, async () => {
          await evaluate(page, `$(".amazon-s3-more").prop("open", true)`);
          (await page.isVisible(row(name))).should.equal(true, "as dropped: the message decides");
          await setTyped(page, hidden);
          (await page.isVisible(row(name))).should.equal(false, "without meaning");
          await setTyped(page, shown);
          (await page.isVisible(row(name))).should.equal(true, "with a meaning");
        }),
      );
    }

    for (const type of ["amazon-s3-list", "amazon-s3-purge"]) {
      await check(
        `a listing has rows where the objects are those of one, and what does not go with it has none: ${type}`,
        () =>
          within(type, {}, async () => {
            await evaluate(page, `$(".amazon-s3-more").prop("open", true)`);
            const others = type === "amazon-s3-list" ? ["recurse", "startAfter", "entries"] : [];
            for (const from of ["folder", "listing", "folder"]) {
              await setTyped(page, ["from", "", from]);
              for (const name of ["listing", "listingBucket"])
                (await page.isVisible(row(name))).should.equal(from === "listing", `${name} with ${from}`);
              for (const name of others)
                (await page.isVisible(row(name))).should.equal(from === "folder", `${name} with ${from}`);
            }
            await setTyped(page, ["from", "", "listing"]);
            (await result(page)).join().should.match(/missing: 0/);
            (await page.isVisible(row("sequence"))).should.be.true();
            (await page.isVisible(row("sequenceTimeout"))).should.be.false();
            await evaluate(page, `$("#node-input-sequence").prop("checked", true).trigger("change")`);
            (await page.isVisible(row("sequenceTimeout"))).should.be.true();
            // Where it is refused, it must be there to be unticked.
            await setTyped(page, ["from", "", "folder"]);
            (await page.isVisible(row("sequence"))).should.be.true();
            (await page.isVisible(row("sequenceTimeout"))).should.be.false();
            await evaluate(page, `$("#node-input-sequence").prop("checked", false).trigger("change")`);
            (await page.isVisible(row("sequence"))).should.be.false();
          }),
      );
    }

    for (const [more, open] of [
      [{}, false],
      [{ minSize: "10 MB", minSizeType: "str" }, true],
      [{ versions: "true", versionsType: "bool" }, true],
    ] as const) {
      await check(`what is rarely used is folded up unless it is set: ${JSON.stringify(more)}`, () =>
        within("amazon-s3-list", more, async () => {
          (await page.isVisible(row("maxResults"))).should.be.true();
          for (const name of ["minSize", "modifiedBefore", "storageClass", "startAfter"])
            (await page.isVisible(row(name))).should.equal(open, name);
        }),
      );
    }

    await check("pace is there only where several messages are sent", () =>
      within("amazon-s3-list", {}, async () => {
        for (const [emit, shown] of [
          ["array", false],
          ["batches", true],
          ["each", true],
          ["summary", false],
        ] as const) {
          await page.selectOption("#node-input-emit", emit);
          (await page.isVisible(row("pace"))).should.equal(shown, emit);
        }
      }),
    );

    await check("what is hidden does not object", () =>
      within("amazon-s3-read", { format: "stream" }, async () => {
        (await page.isVisible(row("maxBytes"))).should.be.false();
        await page.selectOption("#node-input-format", "chunks");
        await page.fill("#node-input-chunkSize", "none");
        await page.dispatchEvent("#node-input-chunkSize", "change");
        (await page.textContent(row("chunkSize")))?.should.match(/must be a whole number of at least 1, not "none"/);
        await page.selectOption("#node-input-format", "auto");
        (await page.isVisible(row("chunkSize"))).should.be.false();
        (await evaluate<number>(page, `$(".amazon-s3-reason:visible").length`)).should.equal(0);
      }),
    );

    for (const [type, always, expected] of [
      ["amazon-s3-list", [["recurse", "bool", "false"]], "matches 2 of the 3 names in this folder: a.gz, b.gz"],
      [
        "amazon-s3-list",
        [["recurse", "bool", "true"]],
        "matches 3 of the 4 names in this folder: a.gz, b.gz, old/d.gz",
      ],
      ["amazon-s3-purge", [], "matches 3 of the 4 names in this folder: a.gz, b.gz, old/d.gz"],
    ] as const) {
      await check(`the filter says what it would match: ${type} ${always.join(" ")}`, () =>
        within(type, {}, async () => {
          (await page.textContent(".amazon-s3-matches"))?.should.equal("");
          for (const set of always) await setTyped(page, set);
          await setTyped(page, ["path", "str", "logs/"]);
          await setTyped(page, ["filter", "str", "*.gz"]);
          await page.waitForSelector(`.amazon-s3-matches:text-is("${expected}")`);
          await setTyped(page, ["filter", "json", '["*.none"]']);
          await page.waitForSelector('.amazon-s3-matches:has-text("matches none of the")');
          await setTyped(page, ["filter", "str", "{1..5000}"]);
          await page.waitForSelector('.amazon-s3-matches:has-text("stands for 1000 patterns or more")');
          await setTyped(page, ["path", "str", "none/"]);
          await setTyped(page, ["filter", "str", "*"]);
          await page.waitForSelector('.amazon-s3-matches:text-is("nothing lies in this folder")');
          await setTyped(page, ["filter", "msg", "payload.filter"]);
          (await page.textContent(".amazon-s3-matches"))?.should.equal("");
        }),
      );
    }

    await check("of a large folder, the filter is tried on the first thousand names", () =>
      within("amazon-s3-list", { recurse: "false", recurseType: "bool" }, async () => {
        await setTyped(page, ["path", "str", "many/"]);
        await setTyped(page, ["filter", "str", "*"]);
        await page.waitForSelector(
          '.amazon-s3-matches:has-text("matches 1000 of the first 1000 names in this folder")',
        );
      }),
    );

    await check("the resulting message is shown as the form stands", () =>
      within("amazon-s3-read", {}, async () => {
        (await result(page))[0]?.should.equal('msg.payload = "Hello …"');
        await setTyped(page, ["path", "str", "docs/a.json"]);
        await setTyped(page, ["output", "msg", "content"]);
        await page.selectOption("#node-input-format", "lines");
        const lines = await result(page);
        lines.should.have.length(3);
        lines[0]?.should.equal('msg.content = "the first line"');
        lines[1]?.should.match(/^msg\.parts = \{ id: …, index: 0/);
        lines[2]?.should.match(/^msg\.s3 = \{ operation: "read", bucket: …, path: "docs\/a\.json", size: /);
      }),
    );

    await check("the label says what the node does, and its outputs what leaves there", async () => {
      const typed = { path: "logs/", pathType: "str", filter: "**/*.gz", filterType: "str", emit: "each" };
      const id = await dropNode(page, "amazon-s3-list", 300, 400, { connection, ...typed });
      (await evaluate<string>(page, `RED.utils.getNodeLabel(RED.nodes.node("${id}"))`)).should.equal(
        "list logs/ **/*.gz",
      );
      const label = `(() => { const it = RED.nodes.node("${id}"); return it._def.outputLabels.call(it, 0); })()`;
      (await evaluate<string>(page, label)).should.equal("one entry");
      await evaluate(page, `RED.nodes.remove("${id}")`);
    });
  } finally {
    await server.close();
  }
};

const verbs = ["create", "delete", "download", "exist", "list", "purge", "read", "upload", "write"];

/** Nodes as a first release could have saved them: without much that later ones have. */
const oldOperations: readonly object[] = verbs.map((verb, index) => ({
  id: `old-${verb}`,
  type: `amazon-s3-${verb}`,
  z: "tab",
  name: "",
  connection: "s3",
  path: "docs/",
  pathType: "str",
  x: 200,
  y: 60 + 60 * index,
  wires: [[]],
}));

/** Written by hand, without the types of its values: the runtime takes them for literals. */
const untyped = {
  id: "untyped",
  type: "amazon-s3-purge",
  z: "tab",
  name: "",
  connection: "s3",
  path: "tmp/",
  filter: "*.tmp",
  maxDelete: 3,
  x: 500,
  y: 60,
  wires: [[]],
};

/** What the flow file has of earlier releases. */
export const oldNodes: readonly object[] = [
  ...oldOperations,
  untyped,
  {
    id: "old-s3",
    type: "amazon-s3-config",
    name: "old",
    endpoint: "",
    // Where there are none, Node-RED itself takes the empty fields for a change.
    credentials: { accessKey: "a", secretKey: "b", region: "us-east-1", bucket: "c", sessionToken: "d" },
  },
  { id: "evil-s3", type: "amazon-s3-config", name: "evil", endpoint: "<img src=x onerror=window.pwned=1>" },
];

/** What would be saved of it, but for where it stands: that changes when it is drawn, with the width of its label. */
const saved = async (page: Page, id: string): Promise<Record<string, unknown>> => {
  const script = `RED.nodes.createExportableNodeSet([RED.nodes.node("${id}")])[0]`;
  const { x: _, ...rest } = await evaluate<Record<string, unknown>>(page, script);
  return rest;
};

/** Flows of an earlier release: looking at them changes nothing. */
export const checkOldFlows = async (page: Page): Promise<void> => {
  await check("values without types are what the runtime takes them for, and stay as they are on Cancel", async () => {
    const before = await saved(page, "untyped");
    await openForm(page, "untyped");
    (
      await evaluate<string[]>(
        page,
        `["path", "filter", "maxDelete"].map((it) => $("#node-input-" + it).typedInput("type"))`,
      )
    ).should.eql(["str", "str", "num"]);
    await closeForm(page, "cancel");
    (await saved(page, "untyped")).should.eql(before);
  });
  await check("a flow that somebody else has written puts no HTML into the reasons that the editor shows", async () => {
    const reasons = await evaluate<string[]>(page, `RED.nodes.node("evil-s3").validationErrors`);
    reasons
      .join()
      .should.match(/img src=x/)
      .and.not.match(/[<>]/);
  });
  await check("a connection without what came later opens and closes without the mark of a change", async () => {
    await openConnection(page, "old-s3");
    await closeConnection(page, "ok");
    (await evaluate<boolean>(page, `RED.nodes.node("old-s3").changed || RED.nodes.dirty()`)).should.be.false();
  });
  for (const verb of verbs) {
    await check(`an old ${verb} node opens and closes without the mark of a change`, async () => {
      const changed = (): Promise<boolean> =>
        evaluate(page, `RED.nodes.node("old-${verb}").changed || RED.nodes.dirty()`);
      (await changed()).should.equal(false, "as loaded");
      await openForm(page, `old-${verb}`);
      await closeForm(page, "ok");
      (await changed()).should.equal(false, "after Done");
    });
  }
};
